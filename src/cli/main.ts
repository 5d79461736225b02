/** The `openline` command. Decides which command is meant; each has a file of its own. */
import { resolve } from 'node:path';
import { ConfigError } from '../config';
import { withEnvFile } from '../env-file';
import { backup } from './backup/backup';
import { restore } from './backup/restore';
import { doctor } from './doctor';
import { guard } from './guard';
import { hotlines } from './hotlines';
import { importFile } from './import';
import { message } from './message';
import { number } from './number/number';
import { plan } from './plan';
import { prompts } from './prompts/prompts';
import { resetPassword } from './reset-password';
import { readOnly } from './read-only';
import { EXIT, languageOf } from './running-app';
import { standbyEnvironment } from './standby';
import { supportBundle } from './support-bundle';
import { testMail } from './test-mail';

const HELP = {
  en: `openline - contact-centre server

  npx openline start             start Openline (as npm start does)
  npx openline standby           a second app beside it, which takes over when the first one is gone
  npx openline apply plan.yaml   apply a plan to the running Openline of this machine: --dry-run, --json; -: from standard input
  npx openline lint plan.yaml    what is to be said of a plan, without applying it; --json
  npx openline export            the plan that is applied, as YAML without secrets: --output plan.yaml
  npx openline plan versions     who applied which plan; plan undo: apply the one before, --to VERSION, --dry-run
  npx openline doctor            what is to be done: database, edge, disk, hotlines, channels; --json
  npx openline guard             whom the edge holds back, and what it counted; --json for programs
  npx openline guard unblock ADDRESS   let an address in again
  npx openline number 013…       what becomes of a number by the plan: --trunk ID, --out, --json
  npx openline hotlines          which hotlines take calls now; --json for programs
  npx openline close NUMBER      close a hotline at once: --until 18:00, else until it is opened
  npx openline open NUMBER       end that
  npx openline message NUMBER    callers hear a prompt first: --say KEY|FILE, --until 18:00; --none ends it
  npx openline import FILE       customers and leads from a CSV or XLSX file: --source web, --store bj01, --rejects FILE, --json
  npx openline prompts           prompts in the store's own voice: list, import, reset, export-texts
  npx openline reset-password USER   a one-time password for who cannot sign in
  npx openline backup FOLDER     a backup beside the former ones, while calls go on: --with-secrets, --rate MB
  npx openline backup --to FILE.tar    the same in one file
  npx openline backup verify BACKUP    read one through
  npx openline restore BACKUP    into an empty data folder: --dry-run, --with-secrets
  npx openline read-only on|off  let nobody change anything for a while; calls go on
  npx openline support-bundle    one file for who helps from outside, without anybody's data: FILE, --logs MB, --list
  npx openline test-mail         mail whom the settings name for alarms, and what the mail server says
  npx openline help              this text

Settings come from the environment or a .env file; see .env.example.
Exit codes: 0 done, 1 refused (apply: the plan has faults; doctor: something is to be done; import: rows were rejected), 2 it could not be tried.`,
  zh: `openline - 呼叫中心服务器

  npx openline start             启动 Openline（同 npm start）
  npx openline standby           在旁待命的第二个应用进程，第一个退出后由它接管
  npx openline apply plan.yaml   将方案应用到本机运行中的 Openline：--dry-run、--json；-：从标准输入读取
  npx openline lint plan.yaml    检查方案有哪些问题，不应用；--json
  npx openline export            导出当前方案（YAML，不含密码）：--output plan.yaml
  npx openline plan versions     谁在何时应用了哪个方案；plan undo：恢复上一个方案，--to 版本、--dry-run
  npx openline doctor            有哪些事要处理：数据库、边缘进程、磁盘、热线、线路；--json
  npx openline guard             边缘进程拦住了谁，各项计数；--json 供程序使用
  npx openline guard unblock 地址      重新放行一个地址
  npx openline number 013…       按方案，一个号码会如何处理：--trunk ID、--out、--json
  npx openline hotlines          哪些热线现在接听；--json 供程序使用
  npx openline close 号码        立即关闭一条热线：--until 18:00，否则直到重新开放
  npx openline open 号码         取消关闭
  npx openline message 号码      来电者先听到一段提示音：--say 提示音或文件、--until 18:00；--none 取消
  npx openline import 文件       从 CSV 或 XLSX 文件导入客户和线索：--source web、--store bj01、--rejects 文件、--json
  npx openline prompts           本店自己的提示音：list、import、reset、export-texts
  npx openline reset-password 用户   为无法登录的人生成一次性密码
  npx openline backup 文件夹     不影响通话，在原有备份旁再做一份：--with-secrets、--rate MB
  npx openline backup --to 文件.tar    同上，写成一个文件
  npx openline backup verify 备份      完整校验一份备份
  npx openline restore 备份      恢复到空的数据文件夹：--dry-run、--with-secrets
  npx openline read-only on|off  暂时不允许任何更改，通话照常
  npx openline support-bundle    供外部支持人员使用的文件，不含任何个人信息：文件、--logs MB、--list
  npx openline test-mail         向设置的告警收件人发一封测试邮件，显示邮件服务器的答复
  npx openline help              本说明

设置来自环境变量或 .env 文件，见 .env.example。
退出码：0 完成；1 被拒绝（apply：方案有错误；doctor：有事要处理；import：有行被拒绝）；2 无法尝试。`,
};
const UNKNOWN = {
  en: (command: string) => `There is no command "${command}".`,
  zh: (command: string) => `没有“${command}”这个命令。`,
};

const terminal = {
  out: (line: string) => process.stdout.write(`${line}\n`),
  err: (line: string) => process.stderr.write(`${line}\n`),
};

// `| head` has read enough: the rest is nobody's loss.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

async function main([command = 'help', ...args]: string[]): Promise<number> {
  const language = languageOf(process.env);
  switch (command) {
    case 'start':
      await import('../launcher.js');
      return EXIT.done;
    case 'standby': {
      const env = withEnvFile(process.env, resolve('.env'));
      const found = standbyEnvironment({ args, env, cwd: process.cwd(), terminal });
      if ('exit' in found) return found.exit;
      process.env = found.environment;
      await import('../main.js');
      return EXIT.done;
    }
    case 'apply':
    case 'lint':
    case 'export':
    case 'plan':
      return plan({
        command,
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
        input: () => process.stdin,
      });
    case 'doctor':
      return doctor({
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
      });
    case 'backup':
    case 'restore':
      return (command === 'backup' ? backup : restore)({
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
      });
    case 'read-only':
      return readOnly({
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
      });
    case 'support-bundle':
      return supportBundle({
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
        now: new Date(),
      });
    case 'test-mail':
      return testMail({
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
      });
    case 'guard':
      return guard({
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
      });
    case 'number':
      return number({
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
      });
    case 'reset-password':
      return resetPassword({
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
      });
    case 'import':
      return importFile({
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
      });
    case 'prompts':
      return prompts({
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
      });
    case 'message':
      return message({
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
        now: new Date(),
      });
    case 'hotlines':
    case 'close':
    case 'open':
      return hotlines({
        command,
        args,
        env: withEnvFile(process.env, resolve('.env')),
        cwd: process.cwd(),
        terminal,
        now: new Date(),
      });
    case 'help':
    case '--help':
    case '-h':
      terminal.out(HELP[language]);
      return EXIT.done;
    default:
      terminal.err(`${UNKNOWN[language](command)}\n\n${HELP[language]}`);
      return EXIT.failed;
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    // Not process.exit: `start` goes on, and output to a pipe must be written out.
    process.exitCode = code;
  },
  (error: unknown) => {
    terminal.err(error instanceof ConfigError ? error.message : String(error));
    process.exitCode = EXIT.failed;
  },
);
