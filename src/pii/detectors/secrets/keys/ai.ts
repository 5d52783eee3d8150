import { ALPHANUMERIC, BASE64URL, HEX } from '../../../characters.js';
import { atLeast, between, exactly, format, type KeyFormat, lettered, UUID, WORD } from './key-format.js';

/**
 * Keys of AI models and of what is built around them.
 *
 * Sources: the published rules of scanners (see `all-keys.ts`); besides them Waxell on its own keys (`wax_sk_`);
 * OpenAI on project and service account keys; Helicone, LlamaCloud, E2B and Modal on API keys; LangSmith on its first
 * keys (`ls__`).
 */
export const AI_KEYS: readonly KeyFormat[] = [
  lettered('Waxell', 'waxell_key', 'wax_sk_', atLeast(8, BASE64URL)),
  format('Anthropic', 'anthropic_key', 'sk-ant-', atLeast(20, BASE64URL)),
  format('OpenAI', 'openai_key', 'sk-proj- sk-svcacct- sk-admin- sk-None-', atLeast(20, BASE64URL)),
  format('OpenAI', 'openai_key', 'sk-', between(32, 64, ALPHANUMERIC)),
  format('OpenRouter', 'api_key', 'sk-or-v1-', atLeast(32, HEX)),
  format('Langfuse', 'api_key', 'sk-lf-', ...UUID),
  format('Helicone', 'api_key', 'sk-helicone-', atLeast(20, BASE64URL)),
  lettered('Hugging Face', 'huggingface_token', 'hf_ api_org_', between(30, 48, ALPHANUMERIC)),
  format('Groq', 'api_key', 'gsk_', atLeast(40, ALPHANUMERIC)),
  format('Replicate', 'api_key', 'r8_', exactly(37, BASE64URL)),
  format('xAI', 'api_key', 'xai-', atLeast(40, BASE64URL)),
  format('Perplexity', 'api_key', 'pplx-', atLeast(32, ALPHANUMERIC)),
  format('NVIDIA', 'api_key', 'nvapi-', atLeast(40, BASE64URL)),
  format('Cerebras', 'api_key', 'csk-', atLeast(32, ALPHANUMERIC)),
  format('Together AI', 'api_key', 'tgp_v1_', atLeast(32, BASE64URL)),
  format('Fireworks AI', 'api_key', 'fw_', between(22, 40, ALPHANUMERIC)),
  format('Google Gemini', 'google_api_key', 'AQ.Ab', atLeast(40, BASE64URL)),
  format('Voyage AI', 'api_key', 'pa-', exactly(43, BASE64URL)),
  format('Jina AI', 'api_key', 'jina_', atLeast(48, BASE64URL)),
  format('ElevenLabs', 'api_key', 'sk_', exactly(48, HEX)),
  format('RunPod', 'api_key', 'rpa_', between(40, 50, ALPHANUMERIC)),
  format('Modal', 'api_key', 'ak- as-', exactly(22, ALPHANUMERIC)),
  format('Pinecone', 'api_key', 'pcsk_', atLeast(50, WORD)),
  format('LangSmith', 'api_key', 'lsv2_pt_ lsv2_sk_', atLeast(32, WORD)),
  format('LangSmith', 'api_key', 'ls__', exactly(32, HEX)),
  format('LlamaCloud', 'api_key', 'llx-', exactly(48, ALPHANUMERIC)),
  format('Weights & Biases', 'api_key', 'wandb_v1_', atLeast(40, WORD)),
  format('Tavily', 'api_key', 'tvly-', atLeast(28, BASE64URL)),
  format('Firecrawl', 'api_key', 'fc-', exactly(32, HEX)),
  format('E2B', 'api_key', 'e2b_', exactly(40, HEX)),
  format('Browserbase', 'api_key', 'bb_live_ bb_test_', exactly(27, BASE64URL)),
  format('Cursor', 'api_key', 'key_', exactly(64, HEX)),
  format('Friendli', 'token', 'flp_', atLeast(40, ALPHANUMERIC)),
];
