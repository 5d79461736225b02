import pino from 'pino';
import { connectControl } from '../../sip/control/client';
import { SECRET, startMediaEdge } from '../support/media-edge';
import { describeEncryptedMedia } from './encrypted-media';
import { describeKeys } from './keys';
import { describeMedia, type MediaBackend } from './media';

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
describeKeys('the embedded engine', start);
describeEncryptedMedia('the embedded engine', start);
