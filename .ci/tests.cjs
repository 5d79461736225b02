/**
 * Reads what jest wrote of each run of tests in a folder (NAME.json, NAME.code).
 *
 *     node .ci/tests.cjs failed FOLDER   files that failed beside others, one a line
 *     node .ci/tests.cjs count FOLDER    what failed, by name, and how long each run took; then "N passed, N failed" of
 *                                        all, the last line of .ci/run
 *
 * Each line of FOLDER/faults is a step that failed, and counts as a failed test.
 * A file that failed beside others and was run again alone counts as it did alone.
 */
'use strict';
const { existsSync, readFileSync } = require('node:fs');
const { relative } = require('node:path');
const { stripVTControlCharacters } = require('node:util');

const BESIDE_OTHERS = ['together', 'waits'];
const ALONE = ['alone'];
/** Of what a run said that did not come to its end. */
const LAST_LINES = 25;

const [, , what, folder] = process.argv;

/** Empty when there is none. */
function textOf(name) {
  const file = `${folder}/${name}`;
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}

/** Null: jest did not come to its end, or there was no such run. */
function runOf(name) {
  const text = textOf(`${name}.json`);
  return text === '' ? null : JSON.parse(text);
}

/** By file: how many tests passed and failed; one that does not even load counts as one failure. */
function filesOf(run) {
  return new Map(
    (run?.testResults ?? []).map(({ name, status, assertionResults }) => {
      const count = (wanted) => assertionResults.filter((one) => one.status === wanted).length;
      const failed = count('failed');
      return [name, { passed: count('passed'), failed: failed || (status === 'failed' ? 1 : 0) }];
    }),
  );
}

function failed() {
  for (const name of BESIDE_OTHERS)
    for (const [file, { failed }] of filesOf(runOf(name)))
      if (failed > 0) console.log(relative(process.cwd(), file));
}

/** False: killed, or not cleaned up, whatever the tests said. Jest ends with 0 where all passed, and with 1 where not. */
const endedWell = (name, files) =>
  textOf(`${name}.code`) === (files.every(([, { failed }]) => failed === 0) ? '0' : '1');

/** Its first line says it best. */
const firstLine = (text = '') => stripVTControlCharacters(text).split('\n')[0];

/** What a reader of the last lines wants to know. */
function tell(name, run) {
  const took = textOf(`${name}.seconds`);
  if (run === null) {
    const ended = (textOf(`${name}.txt`).match(/^(PASS|FAIL) /gm) ?? []).length;
    const code = textOf(`${name}.code`);
    console.log(
      `${name}: ended with ${code} after ${took} s, without a result; ${ended} files have one`,
    );
    console.log(textOf(`${name}.txt`).split('\n').slice(-LAST_LINES).join('\n'));
    return;
  }
  console.log(`${name}: ${run.testResults.length} files, ${took} s`);
  for (const { name: file, assertionResults, status, message } of run.testResults) {
    const failed = assertionResults.filter((one) => one.status === 'failed');
    const where = relative(process.cwd(), file);
    if (status === 'failed' && failed.length === 0)
      console.log(`  ${where}: ${firstLine(message)}`);
    for (const { fullName, failureMessages } of failed)
      console.log(`  ${where}: ${fullName}: ${firstLine(failureMessages[0])}`);
  }
}

function count() {
  const again = filesOf(runOf('again'));
  let passed = 0;
  let broken = textOf('faults').split('\n').filter(Boolean).length;
  for (const name of [...BESIDE_OTHERS, ...ALONE]) {
    const run = runOf(name);
    tell(name, run);
    const first = [...filesOf(run)];
    for (const [file, counts] of first) {
      const { passed: good, failed: bad } = again.get(file) ?? counts;
      passed += good;
      broken += bad;
    }
    if (run === null || !endedWell(name, first)) broken += 1;
  }
  if (again.size > 0) tell('again', runOf('again'));
  for (const fault of textOf('faults').split('\n').filter(Boolean)) console.log(`failed: ${fault}`);
  if (again.size > 0 && !endedWell('again', [...again])) broken += 1;
  console.log(`${passed} passed, ${broken} failed`);
  process.exitCode = broken > 0 ? 1 : 0;
}

if (what === 'failed') failed();
else count();
