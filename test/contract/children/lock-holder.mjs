// Takes the write lock of the SQLite file named on the command line and gives it back at the first byte on stdin.
import { DatabaseSync } from '@photostructure/sqlite';

const database = new DatabaseSync(process.argv[2]);
database.exec('BEGIN IMMEDIATE');
process.stdout.write('locked\n');
process.stdin.once('data', () => {
  database.exec('COMMIT');
  database.close();
  process.stdout.write('released\n');
  process.stdin.pause();
});
