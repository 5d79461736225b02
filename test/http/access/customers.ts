import type { Row } from './row';

const READ = [401, 200, 200, 200, 200, 404, 404, 403];
const WORK = [401, 200, 200, 403, 200, 404, 404, 403];

export const CUSTOMERS: Row[] = [
  { route: 'GET /api/customers', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  {
    route: 'GET /api/customers/{id}',
    url: '/api/customers/customer-1',
    statuses: READ,
  },
  {
    route: 'GET /api/customers/{id}/contacts',
    url: '/api/customers/customer-1/contacts',
    statuses: READ,
  },
  {
    route: 'PUT /api/customers/{id}',
    url: '/api/customers/customer-1',
    body: { version: 1, name: '王芳' },
    statuses: WORK,
  },
  {
    route: 'GET /api/customers/{id}/provenance',
    url: '/api/customers/customer-1/provenance',
    statuses: READ,
  },
  {
    route: 'POST /api/customers/{id}/vehicles',
    url: '/api/customers/customer-1/vehicles',
    body: { plate: '京A12345' },
    statuses: WORK,
  },
  {
    route: 'PUT /api/customers/{id}/vehicles/{vehicleId}',
    url: '/api/customers/customer-1/vehicles/vehicle-1',
    body: { version: 1, model: '320i' },
    statuses: WORK,
  },
  {
    route: 'DELETE /api/customers/{id}/vehicles/{vehicleId}',
    url: '/api/customers/customer-1/vehicles/vehicle-1?version=1',
    statuses: WORK.map((status) => (status === 200 ? 204 : status)),
  },
  {
    route: 'POST /api/customers/{id}/notes',
    url: '/api/customers/customer-1/notes',
    body: { body: '周末来看车' },
    statuses: WORK,
  },
  {
    route: 'DELETE /api/customers/{id}/numbers/{numberId}',
    url: '/api/customers/customer-1/numbers/n-1?version=1',
    statuses: WORK,
  },
  {
    route: 'POST /api/leads',
    body: { customerId: 'customer-1' },
    statuses: WORK,
  },
  { route: 'GET /api/leads/{id}', url: '/api/leads/lead-1', statuses: READ },
  {
    route: 'PUT /api/leads/{id}',
    url: '/api/leads/lead-1',
    body: { version: 1, level: 'H' },
    statuses: WORK,
  },
  {
    route: 'POST /api/leads/{id}/owner',
    url: '/api/leads/lead-1/owner',
    body: { version: 1, ownerId: null },
    statuses: [401, 403, 200, 403, 200, 404, 404, 403],
    needs: 'leads.assign',
  },
  // The last: the customer is of the store of whoever makes him.
  {
    route: 'POST /api/customers',
    body: { name: '张三' },
    statuses: [401, 200, 200, 403, 200, 200, 200, 403],
  },
];
