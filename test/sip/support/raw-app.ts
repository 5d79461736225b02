import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { frame, FrameReader } from '../../../sip/gateway/frames';
import { Seen } from '../../support/wait';
import { SECRET, type Engine } from './engine';

/** An app that speaks the drachtio protocol by hand, for what drachtio-srf would never do. */
export class RawApp {
  /** Every message from the engine, as it stood in its frame. */
  readonly heard = new Seen<string>();

  private constructor(private readonly socket: Socket) {
    const reader = new FrameReader();
    socket.on('data', (data) => {
      for (const message of reader.push(data.toString('latin1')) ?? []) this.heard.add(message);
    });
  }

  static start(engine: Pick<Engine, 'drachtio'>, ...verbs: string[]): Promise<RawApp> {
    return RawApp.named('', engine, ...verbs);
  }

  static async named(
    tag: string,
    engine: Pick<Engine, 'drachtio'>,
    ...verbs: string[]
  ): Promise<RawApp> {
    const socket = connect(engine.drachtio.port, engine.drachtio.host);
    await once(socket, 'connect');
    const app = new RawApp(socket);
    app.say(`0|authenticate|${SECRET}|${tag}`);
    for (const verb of verbs) app.say(`r${verb}|route|${verb}`);
    await app.heard.next('all replies', () => app.heard.length > verbs.length);
    return app;
  }

  say(message: string): void {
    this.socket.write(frame(message));
  }

  /** The transaction id of the next request with that method. */
  async request(method: string): Promise<string> {
    const message = await this.heard.next(method, (m) => m.includes(`\r\n${method} sip:`));
    return message.split('|')[8] as string;
  }

  close(): void {
    this.socket.destroy();
  }
}
