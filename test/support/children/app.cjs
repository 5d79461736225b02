/** An app that serves nothing. What it was told is written down before it says that it is up. */
const { writeFileSync } = require('node:fs');

writeFileSync(`${process.env.CHILD_NOTES}.env`, JSON.stringify(process.env));
require('./child.cjs')('app', (env) => ({
  event: 'app-listening',
  http: env.HTTP_LISTEN.split(',').map((one) => one.replace(/:0$/, ':8091')),
}));
