/** An app that serves nothing: it reports what it was told. */
require('./child.cjs')('app', (env) => ({
  event: 'app-listening',
  http: env.HTTP_LISTEN.split(',').map((one) => one.replace(/:0$/, ':8091')),
}));
const { writeFileSync } = require('node:fs');
writeFileSync(`${process.env.CHILD_NOTES}.env`, JSON.stringify(process.env));
