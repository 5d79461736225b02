/** `npx openline restore BACKUP`: into the empty folders and the empty database that the settings name. */
import { resolve } from 'node:path';
import { Pace } from '../../backup/copy';
import { restoreBackup } from '../../backup/restore';
import { openSource } from '../../backup/source';
import { parseSettings } from '../../config';
import { EXIT, languageOf, type Exit } from '../running-app';
import { backup, factsOf, tellFaults, type BackupCommand } from './backup';
import { MESSAGES } from './messages';
import { passphraseOf } from './passphrase';
import { progressOn } from './progress';

/** Throws `ConfigError`. */
export async function restore(command: BackupCommand): Promise<Exit> {
  const { args, env, cwd, terminal } = command;
  const messages = MESSAGES[languageOf(env)];
  const words = args.filter((word) => !word.startsWith('--'));
  const options = args.filter((word) => word.startsWith('--'));
  const [folder] = words;
  const isKnown = options.every((word) => ['--dry-run', '--with-secrets'].includes(word));
  if (folder === undefined || words.length > 1 || !isKnown) {
    terminal.err(messages.usage.restore);
    return EXIT.failed;
  }
  if (options.includes('--dry-run')) return backup({ ...command, args: ['verify', folder] });
  const settings = parseSettings(env, cwd);
  const at = resolve(cwd, folder);
  const asks = options.includes('--with-secrets');
  const wantsSecrets = asks && (await hasSecrets(at));
  const passphrase = wantsSecrets ? await passphraseOf(env, messages.askPassphrase) : null;
  if (wantsSecrets && passphrase === null) {
    terminal.err(messages.noPassphrase);
    return EXIT.failed;
  }
  const progress = progressOn(terminal);
  return tellFaults(messages, terminal, async () => {
    const manifest = await restoreBackup({
      ...{ backup: at, settings, passphrase, pace: new Pace(Infinity) },
      progress: (step, done, total) => progress.show(messages.steps[step], done, total),
    }).finally(() => progress.end());
    terminal.out(messages.restored(factsOf(at, manifest)));
    if (passphrase === null) terminal.out(messages.newSecrets);
    return EXIT.done;
  });
}

/** Of what is no backup nothing is asked: the restore says so. */
const hasSecrets = (at: string): Promise<boolean> =>
  openSource(at).then(
    (source) => source.has('secrets.json'),
    () => false,
  );
