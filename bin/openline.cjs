#!/usr/bin/env node
/** The `openline` command of a clone or an installation; builds first when the sources are newer. */
import('../scripts/start.mjs').then(({ become }) => become('cli'));
