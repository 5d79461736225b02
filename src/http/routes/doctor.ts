/** What somebody has to do about this installation; for who sets the system up. */
import { findings } from '../../domain/doctor/findings';
import { trunkNeed } from '../../domain/doctor/trunk-need';
import type { HttpDeps } from '../deps';
import { DoctorSchema } from '../schemas/doctor';
import { problems } from '../schemas/problem';
import type { Routes } from './app';

export function doctorRoutes(app: Routes, { installation }: HttpDeps): void {
  app.get(
    '/api/doctor',
    {
      config: { access: 'edge.guard' },
      schema: {
        tags: ['administration'],
        summary: 'Database, edge, machine, prompts, hotlines and trunks: what is to be done.',
        description:
          'Trunks with the busiest hour of the last week, the share of callers who heard "busy" in it by Erlang B, and ' +
          'how many channels it takes.',
        response: { 200: DoctorSchema, ...problems('NOT_AUTHENTICATED', 'FORBIDDEN_POST') },
      },
    },
    async () => {
      const facts = await installation();
      return {
        findings: findings(facts),
        trunks: facts.trunks.map(({ view: { id, channels }, busiest, peak }) => ({
          ...{ id, channels, peak, busiest },
          ...trunkNeed(busiest?.erlangs ?? 0, channels),
        })),
      };
    },
  );
}
