/**
 * What the HTTP edge consists of, in the order in which a request meets it. A new route is a file
 * in routes/, its schema in schemas/, and a line here.
 */
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { setAccessRules, setCallers } from './auth';
import type { HttpDeps } from './deps';
import { limitRequests } from './limits';
import { openApi } from './openapi/document';
import { MAX_SIP_BYTES } from './ports';
import { refuseChanges } from './read-only';
import { agentRoutes } from './routes/agents';
import { alarmMailRoutes } from './routes/alarm-mail';
import { alarmRoutes } from './routes/alarms';
import { auditRoutes } from './routes/audit';
import { backupRoutes } from './routes/backup';
import { apiTokenRoutes } from './routes/api-tokens';
import { callRoutes } from './routes/calls';
import { cleaningRoutes } from './routes/cleaning';
import { customerRoutes } from './routes/customers';
import { customerWorkRoutes } from './routes/customer-work';
import { confirmationRoutes } from './routes/confirmations';
import { consultRoutes } from './routes/consult';
import { doctorRoutes } from './routes/doctor';
import { doubtfulRoutes } from './routes/doubtful';
import { followUpRoutes } from './routes/follow-ups';
import { formRoutes } from './routes/forms';
import { frontPageRoutes } from './routes/front-page';
import { guardRoutes } from './routes/guard';
import { hotlineRoutes } from './routes/hotlines';
import { eveningMeetingRoutes } from './routes/evening-meeting';
import { hqLeadRoutes } from './routes/hq-leads';
import { importRoutes } from './routes/imports';
import { blockRoutes } from './routes/blocks';
import { promiseRoutes } from './routes/promises';
import { promptFileRoutes } from './routes/prompt-files';
import { promptRoutes } from './routes/prompts';
import { leadWorkRoutes } from './routes/lead-work';
import { leadReportRoutes } from './routes/lead-reports';
import { leadListRoutes } from './routes/lead-lists';
import { leadBulkRoutes } from './routes/lead-bulk';
import { leadExportRoutes } from './routes/lead-export';
import { leadStepRoutes } from './routes/lead-steps';
import { leadViewRoutes } from './routes/lead-views';
import { leadRoutes } from './routes/leads';
import { ledgerRoutes } from './routes/ledger';
import { numberRoutes } from './routes/numbers';
import { mergeRoutes } from './routes/merges';
import { messageRoutes } from './routes/messages';
import { openapiRoutes } from './routes/openapi';
import { parkRoutes } from './routes/park';
import { privacyRoutes } from './routes/privacy';
import { permissionRoutes } from './routes/permissions';
import { doNotCallRoutes } from './routes/do-not-call';
import { pickUpRoutes } from './routes/pick-up';
import { outgoingRoutes } from './routes/outgoing';
import { peopleRoutes } from './routes/people';
import { phoneRoutes } from './routes/phones';
import { planRoutes } from './routes/plan';
import { planPartRoutes } from './routes/plan-parts';
import { planVersionRoutes } from './routes/plan-versions';
import { probeRoutes } from './routes/probes';
import { pushRoutes } from './routes/push';
import { queueRoutes } from './routes/queues';
import { readOnlyRoutes } from './routes/read-only';
import { recordingRoutes } from './routes/recordings';
import { sessionRoutes } from './routes/session';
import { sessionsRoutes } from './routes/sessions';
import { ratingRoutes } from './routes/ratings';
import { sipRoutes } from './routes/sip';
import { staffingRoutes } from './routes/staffing';
import { talkRoutes } from './routes/talk';
import { trunkRoutes } from './routes/trunks';
import { answerRepeats } from './repeats';
import { webhookDeliveryRoutes } from './routes/webhook-deliveries';
import { webFormRoutes } from './routes/web-forms';
import { webLeadRoutes } from './routes/web-leads';
import { webhookRoutes } from './routes/webhooks';
import { noteTokens } from './token-use';
import { refuseUnstorable } from './unstorable';

const ROUTES = [
  frontPageRoutes,
  probeRoutes,
  openapiRoutes,
  sessionRoutes,
  sessionsRoutes,
  peopleRoutes,
  apiTokenRoutes,
  agentRoutes,
  phoneRoutes,
  callRoutes,
  outgoingRoutes,
  talkRoutes,
  pickUpRoutes,
  consultRoutes,
  parkRoutes,
  recordingRoutes,
  formRoutes,
  followUpRoutes,
  leadRoutes,
  doubtfulRoutes,
  mergeRoutes,
  cleaningRoutes,
  leadWorkRoutes,
  customerRoutes,
  customerWorkRoutes,
  permissionRoutes,
  privacyRoutes,
  doNotCallRoutes,
  importRoutes,
  hqLeadRoutes,
  webFormRoutes,
  webLeadRoutes,
  queueRoutes,
  hotlineRoutes,
  blockRoutes,
  promiseRoutes,
  messageRoutes,
  ledgerRoutes,
  leadReportRoutes,
  leadStepRoutes,
  leadBulkRoutes,
  confirmationRoutes,
  eveningMeetingRoutes,
  leadExportRoutes,
  leadViewRoutes,
  leadListRoutes,
  ratingRoutes,
  staffingRoutes,
  planRoutes,
  planVersionRoutes,
  planPartRoutes,
  numberRoutes,
  trunkRoutes,
  guardRoutes,
  alarmRoutes,
  auditRoutes,
  alarmMailRoutes,
  doctorRoutes,
  promptRoutes,
  promptFileRoutes,
  backupRoutes,
  readOnlyRoutes,
  pushRoutes,
  sipRoutes,
  webhookRoutes,
  webhookDeliveryRoutes,
];

/** What pages that pass SIP name; a page that names others gets the first. */
const subprotocol = (offered: Set<string>): string | false =>
  offered.has('sip') ? 'sip' : ([...offered][0] ?? false);

/** Registers plugins, guard and routes. */
export function registerPlugins(app: FastifyInstance, deps: HttpDeps): void {
  app.register(cookie);
  app.register(rateLimit, { global: false });
  app.register(websocket, {
    options: { maxPayload: MAX_SIP_BYTES, perMessageDeflate: false, handleProtocols: subprotocol },
    // A client that breaks off or breaks the protocol; ws closes the socket by itself.
    errorHandler: (error, socket, request) => {
      request.log.info({ err: error }, 'push connection broke');
      if (socket.readyState === socket.OPEN) socket.close(1011);
    },
  });
  app.register(swagger, openApi());
  // The plugins above act on routes declared after they are loaded, hence the inner instance.
  app.register(async (inner) => {
    setCallers(inner, deps);
    limitRequests(inner, deps);
    setAccessRules(inner, deps);
    refuseChanges(inner, deps);
    refuseUnstorable(inner);
    answerRepeats(inner, deps);
    noteTokens(inner, deps);
    const routes = inner.withTypeProvider<TypeBoxTypeProvider>();
    for (const add of ROUTES) add(routes, deps);
  });
}
