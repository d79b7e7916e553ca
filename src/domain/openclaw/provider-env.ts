/**
 * Variables that a provider's key can come from, first hit wins: the bundled plugin manifests of
 * 2026.5.18 and 2026.9.6 together (2026.9 moved some providers to plugins of their own).
 */
const variables: Readonly<Record<string, readonly string[]>> = {
  alibaba: ['MODELSTUDIO_API_KEY', 'DASHSCOPE_API_KEY', 'QWEN_API_KEY'],
  anthropic: ['ANTHROPIC_OAUTH_TOKEN', 'ANTHROPIC_API_KEY'],
  arcee: ['ARCEEAI_API_KEY'],
  byteplus: ['BYTEPLUS_API_KEY'],
  cerebras: ['CEREBRAS_API_KEY'],
  chutes: ['CHUTES_API_KEY', 'CHUTES_OAUTH_TOKEN'],
  clawrouter: ['CLAWROUTER_API_KEY'],
  'cloudflare-ai-gateway': ['CLOUDFLARE_AI_GATEWAY_API_KEY'],
  deepgram: ['DEEPGRAM_API_KEY'],
  deepinfra: ['DEEPINFRA_API_KEY'],
  deepseek: ['DEEPSEEK_API_KEY'],
  elevenlabs: ['ELEVENLABS_API_KEY', 'XI_API_KEY'],
  fal: ['FAL_KEY', 'FAL_API_KEY'],
  fireworks: ['FIREWORKS_API_KEY'],
  'github-copilot': ['COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN'],
  google: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  'google-vertex': ['GOOGLE_CLOUD_API_KEY'],
  groq: ['GROQ_API_KEY'],
  huggingface: ['HUGGINGFACE_HUB_TOKEN', 'HF_TOKEN'],
  kilocode: ['KILOCODE_API_KEY'],
  kimi: ['KIMI_API_KEY', 'KIMICODE_API_KEY'],
  'kimi-coding': ['KIMI_API_KEY', 'KIMICODE_API_KEY'],
  litellm: ['LITELLM_API_KEY'],
  lmstudio: ['LM_API_TOKEN'],
  'microsoft-foundry': ['AZURE_OPENAI_API_KEY'],
  minimax: ['MINIMAX_CODE_PLAN_KEY', 'MINIMAX_CODING_API_KEY', 'MINIMAX_API_KEY'],
  'minimax-portal': ['MINIMAX_OAUTH_TOKEN', 'MINIMAX_API_KEY'],
  mistral: ['MISTRAL_API_KEY'],
  moonshot: ['MOONSHOT_API_KEY', 'KIMI_API_KEY'],
  nvidia: ['NVIDIA_API_KEY'],
  ollama: ['OLLAMA_API_KEY'],
  'ollama-cloud': ['OLLAMA_API_KEY'],
  openai: ['OPENAI_API_KEY'],
  opencode: ['OPENCODE_API_KEY', 'OPENCODE_ZEN_API_KEY'],
  'opencode-go': ['OPENCODE_API_KEY', 'OPENCODE_ZEN_API_KEY'],
  openrouter: ['OPENROUTER_API_KEY'],
  perplexity: ['PERPLEXITY_API_KEY', 'OPENROUTER_API_KEY'],
  qianfan: ['QIANFAN_API_KEY'],
  qwen: ['QWEN_API_KEY', 'MODELSTUDIO_API_KEY', 'DASHSCOPE_API_KEY'],
  runway: ['RUNWAYML_API_SECRET', 'RUNWAY_API_KEY'],
  sglang: ['SGLANG_API_KEY'],
  stepfun: ['STEPFUN_API_KEY'],
  synthetic: ['SYNTHETIC_API_KEY'],
  'tencent-tokenhub': ['TOKENHUB_API_KEY'],
  together: ['TOGETHER_API_KEY'],
  venice: ['VENICE_API_KEY'],
  'vercel-ai-gateway': ['AI_GATEWAY_API_KEY'],
  vllm: ['VLLM_API_KEY'],
  volcengine: ['VOLCANO_ENGINE_API_KEY'],
  voyage: ['VOYAGE_API_KEY'],
  vydra: ['VYDRA_API_KEY'],
  xai: ['XAI_API_KEY'],
  xiaomi: ['XIAOMI_API_KEY'],
  zai: ['ZAI_API_KEY', 'Z_AI_API_KEY'],
};

/** Names that OpenClaw still takes for a variable when they stand where a key should (all lines). */
const legacyNames = [
  'GOOGLE_API_KEY',
  'DEEPSEEK_API_KEY',
  'PERPLEXITY_API_KEY',
  'FIREWORKS_API_KEY',
  'NOVITA_API_KEY',
  'AZURE_OPENAI_API_KEY',
  'AZURE_API_KEY',
  'MINIMAX_CODE_PLAN_KEY',
];

const known: ReadonlySet<string> = new Set([...Object.values(variables).flat(), ...legacyNames]);

const spellings: Readonly<Record<string, string>> = {
  'aws-bedrock': 'amazon-bedrock',
  bedrock: 'amazon-bedrock',
  'opencode-zen': 'opencode',
  'x-ai': 'xai',
  'z-ai': 'zai',
  'z.ai': 'zai',
};

/** A provider id as OpenClaw compares it: trimmed, lower case, one spelling. */
export function providerId(text: string): string {
  const id = text.trim().toLowerCase();
  return Object.hasOwn(spellings, id) ? (spellings[id] ?? id) : id;
}

/** The variables of a provider, in the order in which they are asked; none for a custom id. */
export function variablesOf(provider: string): readonly string[] {
  const id = providerId(provider);
  return Object.hasOwn(variables, id) ? (variables[id] ?? []) : [];
}

/** Is this text the name of a variable that some provider's key comes from? Exact, case-sensitive. */
export function isProviderVariable(text: string): boolean {
  return known.has(text);
}

/** Does OpenClaw know this provider without an entry in the config? */
export function isKnownProvider(provider: string): boolean {
  return Object.hasOwn(variables, providerId(provider));
}
