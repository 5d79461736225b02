import pino from 'pino';
import { connectControl } from '../../sip/control/client';
import { SECRET, startMediaEdge } from '../support/media-edge';
import { describeMedia } from './media';
import type { MediaBackend } from './media/stage';

const start = async (): Promise<MediaBackend> => {
  const { server, recordingsDir, ownPromptsDir, close } = await startMediaEdge();
  const log = pino({ level: 'silent' });
  return {
    recordingsDir,
    ownPromptsDir,
    connect: (app) => connectControl({ ...server.address, secret: SECRET, app, log }),
    close,
  };
};

describeMedia('the embedded engine', start);
