import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

// Closes applications at random moments of their start. Afterwards nothing may keep the process alive.
async function main(): Promise<void> {
  const [times, longestMs] = process.argv.slice(2).map(Number) as [number, number];
  for (let n = 0; n < times; n += 1) {
    const app = await NestFactory.create(AppModule, { logger: false });
    const listening = app.listen(0, '127.0.0.1').catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * longestMs));
    await app.close();
    await listening;
  }
  console.log('all closed');
}

void main();
