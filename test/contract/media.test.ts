import pino from 'pino';
import { connectControl } from '../../sip/control/client';
import { SECRET, startMediaEdge } from '../support/media-edge';
import { describeMedia } from './media';

describeMedia('the embedded engine', async () => {
  const { server, recordingsDir, close } = await startMediaEdge();
  const log = pino({ level: 'silent' });
  return {
    recordingsDir,
    connect: (app) => connectControl({ ...server.address, secret: SECRET, app, log }),
    close,
  };
});
