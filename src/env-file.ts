/**
 * Decides what a `.env` file says. The settings themselves are config.ts's.
 */
import { readFileSync } from 'node:fs';

const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/;

/**
 * Reads `NAME=value` lines. Values may stand in single or double quotes; `#` starts a comment at
 * the beginning of a line or after white space outside quotes. Other lines are ignored.
 */
export function parseEnvFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const match = LINE.exec(line);
    if (match?.[1] !== undefined) values[match[1]] = unquoted(match[2] ?? '');
  }
  return values;
}

function unquoted(raw: string): string {
  const quoted = /^(["'])(.*?)\1(?:\s+#.*)?$/.exec(raw);
  if (quoted) return quoted[2] ?? '';
  return raw.replace(/(^|\s+)#.*$/, '');
}

/** The environment with the file's values beneath it: what is set outside always wins. */
export function withEnvFile(env: NodeJS.ProcessEnv, path: string): NodeJS.ProcessEnv {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return env;
    throw error;
  }
  return { ...parseEnvFile(text), ...env };
}
