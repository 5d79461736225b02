/**
 * One life of the app: an engine, and the world as it reaches it. It may end in the middle of what it
 * does, after any of its commands; what it would still have said is never said.
 */
import type { DomainEvent } from '../../../src/domain/events';
import { ContactCentre, type ContactCentreOptions } from '../../../src/engine/contact-centre';

/** What the dead are answered. */
const NEVER = new Promise<never>(() => undefined);

export class Life {
  readonly engine: ContactCentre;
  /** Commands to phones, media and disk that it has given. */
  commands = 0;
  /** What happened since it is over, in order. */
  readonly missed: DomainEvent[] = [];
  private left = Number.POSITIVE_INFINITY;

  constructor(world: ContactCentreOptions) {
    this.engine = new ContactCentre({
      ...world,
      telephony: this.mortal(world.telephony),
      media: this.mortal(world.media),
      journal: this.mortal(world.journal),
      attempts: this.mortal(world.attempts, NEVER),
      clock: {
        now: () => world.clock.now(),
        set: (timer, at) => this.isOver || world.clock.set(timer, at),
        clear: (timer) => this.isOver || world.clock.clear(timer),
      },
    });
  }

  get isOver(): boolean {
    return this.left === 0;
  }

  /** It dies after so many commands more; at once unless told. */
  endAfter(commands = 0): void {
    this.left = commands;
  }

  hear(event: DomainEvent): void {
    if (this.isOver) this.missed.push(event);
    else this.engine.submit(event);
  }

  private mortal<Port extends object>(port: Port, nothing?: Promise<never>): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...values: unknown[]): unknown => {
          if (this.isOver) return nothing;
          this.left -= 1;
          this.commands += 1;
          return Reflect.apply(member, target, values);
        };
      },
    });
  }
}
