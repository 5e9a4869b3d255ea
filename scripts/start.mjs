// Starts the server in this very process, so that signals reach it directly.
import { ensureInstalled } from './ensure-installed.mjs';
import { ensureBuilt } from './ensure-built.mjs';

if (ensureInstalled() && ensureBuilt()) await import('../dist/main.js');
else process.exitCode = 1;
