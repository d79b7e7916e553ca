import type { ListrDefaultRendererLogLevels } from 'listr2';
import type { EngineEvent } from '../diagnose.js';
import type { Stage } from '../model/observation.js';
import { write } from './terminal.js';

/** Shows how far a run is. Says stages and numbers only: nothing that was read goes through here. */
export interface Progress {
  onEvent(event: EngineEvent): void;
  stop(): Promise<void>;
}

export interface ProgressOptions {
  /** A real terminal that can be repainted: listr2. */
  live: boolean;
  color: boolean;
  /** Without one: a line a stage, or nothing. */
  lines: boolean;
  stages: readonly Stage[];
}

const doing: Record<Stage, string> = {
  doctor: 'doctor: files and environment',
  status: 'status: this host, now',
  probes: 'probes: asking, read-only',
};

export async function startProgress(options: ProgressOptions): Promise<Progress> {
  if (options.live) return liveProgress(options);
  return {
    onEvent(event) {
      if (options.lines && event.type === 'stage-start') {
        void write('stderr', `clawdoctor: ${doing[event.stage]}\n`);
      }
    },
    stop: () => Promise.resolve(),
  };
}

/**
 * listr2 as an observer of the engine: a task is a stage, and ends when the stage does. Its own
 * handler of Ctrl-C would end the process (exit 127), and it reads colour switches of its own.
 */
async function liveProgress({ stages, color }: ProgressOptions): Promise<Progress> {
  if (!color) process.env.NO_COLOR = '1';
  const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
  const ended = new Map<Stage, () => void>();
  const retitle = new Map<Stage, (title: string) => void>();
  const seen = new Map<Stage, number>();
  const tasks = stages.map((stage) => {
    const end = new Promise<void>((resolve) => ended.set(stage, resolve));
    return {
      title: doing[stage],
      task: (_context: unknown, task: { title: string }): Promise<void> => {
        retitle.set(stage, (title) => {
          task.title = title;
        });
        return end;
      },
    };
  });
  const list = new Listr(tasks, {
    concurrent: false,
    exitOnError: false,
    registerSignalListeners: false,
    renderer: 'default',
    rendererOptions: {
      clearOutput: true,
      logger: new ListrLogger<ListrDefaultRendererLogLevels>({
        useIcons: false,
        processOutput: new ProcessOutput(process.stderr, process.stderr, { leaveEmptyLine: false }),
      }),
    },
  });
  const finished = list.run().catch(() => undefined);
  return {
    onEvent(event) {
      if (event.type === 'observer-end') {
        const count = (seen.get(event.stage) ?? 0) + 1;
        seen.set(event.stage, count);
        retitle.get(event.stage)?.(`${doing[event.stage]} (${count} looked at)`);
      } else if (event.type === 'stage-end') ended.get(event.stage)?.();
    },
    async stop() {
      for (const end of ended.values()) end();
      await finished;
    },
  };
}
