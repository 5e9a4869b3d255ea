import { InvalidTransitionError, type ControlAction } from '@workflow-runner/contract';
import type { SeededRandom } from './seeded-random.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { Ending } from './undoing.js';
import type { Question, World } from './world.js';

/**
 * Somebody outside, who answers and has wishes, and repeats what has failed. Answers of the store may be lost: what
 * was asked for once must never be refused for what it has done itself.
 */
export class Outsider {
  /** What may or may not have been heard. */
  private readonly unclear = new Set<ControlAction>();

  constructor(
    private readonly world: World,
    private readonly random: SeededRandom,
    /** What it will ask the instance to do in the end. */
    private readonly ending: Ending,
  ) {}

  async answer(
    process: SimulatedProcess,
    key: string,
    question: Question,
    instanceId: () => Promise<string>,
  ): Promise<void> {
    if (process.isDead) return;
    question.publishedAt ??= this.world.mark();
    question.begun += 1;
    const { operations } = process;
    if (question.by === 'signal') await operations.signal(await instanceId(), 'yes', question.step);
    else await this.publish(process, key, question);
    question.acknowledged = true;
  }

  private async publish({ operations }: SimulatedProcess, key: string, question: Question): Promise<void> {
    const id = `answer to ${key}`;
    const { accepted } = await operations.publish({ id, name: 'answer', key, data: 'yes' });
    if (!accepted && question.begun === 1) this.world.violations.push(`${id} was not accepted`);
    // The same again changes nothing.
    if (!this.random.chance(0.2)) return;
    const again = await operations.publish({ id, name: 'answer', key, data: 'again' });
    if (again.accepted) this.world.violations.push(`${id} was accepted twice`);
  }

  async wish({ operations }: SimulatedProcess, id: string, action: ControlAction): Promise<void> {
    const isNew = !this.unclear.has(action);
    this.unclear.add(action);
    try {
      await operations.control(id, { action });
      this.unclear.delete(action);
    } catch (error) {
      if (!(error instanceof InvalidTransitionError)) throw error;
      this.unclear.delete(action);
      if (isNew && this.isOwnDoing(action, error.status)) {
        this.world.violations.push(`${action} was refused for what it had done itself`);
      }
    }
  }

  /** Nobody else has wishes; a retry may come too late for what is asked to end. */
  private isOwnDoing(action: ControlAction, status: string): boolean {
    return action === 'retry' ? this.ending === 'none' : status === 'cancelled';
  }
}
