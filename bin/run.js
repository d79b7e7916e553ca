#!/usr/bin/env node
// Nothing is imported before this check: an old Node has to be able to say the sentence.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `clawdoctor needs Node.js 20.19 or newer; this is ${process.versions.node} (${process.execPath}).`,
  );
  process.exit(2);
}

import('../dist/src/commandline/launch.js').then(
  (launcher) => launcher.launch(process.argv.slice(2), import.meta.url),
  (error) => {
    console.error(`clawdoctor is not built (${error.code}): run "npm run build" first.`);
    process.exit(2);
  },
);
