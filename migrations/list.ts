/**
 * All migrations in order. A list instead of a folder scan, so that a migration has one name whether
 * it runs from TypeScript or from dist. Landed migrations are never edited.
 */
import type { Knex } from 'knex';
import * as plan from './0001_plan';
import * as leads from './0002_leads';
import * as calls from './0003_calls';
import * as journal from './0004_journal';
import * as recordingGaps from './0005_recording_gaps';
import * as recordingFolder from './0006_recording_folder';
import * as trunkNumbers from './0007_trunk_numbers';
import * as phones from './0008_phones';
import * as legFarSide from './0009_leg_far_side';
import * as dialling from './0010_dialling';
import * as seats from './0011_seats';
import * as park from './0012_park';
import * as recordingLinks from './0013_recording_links';
import * as confirmedNumbers from './0014_confirmed_numbers';
import * as dayCounts from './0015_day_counts';
import * as hotlineOrders from './0016_hotline_orders';
import * as pins from './0017_pins';
import * as asking from './0018_asking';
import * as skills from './0019_skills';
import * as offers from './0020_offers';
import * as blockedCallers from './0021_blocked_callers';
import * as attempts from './0022_attempts';
import * as forms from './0023_forms';
import * as waits from './0024_waits';
import * as desktops from './0025_desktops';
import * as menu from './0026_menu';
import * as hotlineMessages from './0027_hotline_messages';
import * as ratings from './0028_ratings';
import * as wrapUp from './0029_wrap_up';
import * as consultationsInLine from './0030_consultations_in_line';
import * as organisation from './0031_organisation';
import * as signIn from './0032_sign_in';
import * as planVersions from './0033_plan_versions';
import * as apiTokens from './0034_api_tokens';
import * as appLease from './0035_app_lease';
import * as outsideEvents from './0036_outside_events';
import * as textMessages from './0037_text_messages';
import * as alarmStore from './0038_alarm_store';
import * as alarmStanding from './0039_alarm_standing';
import * as customers from './0040_customers';
import * as leadSteps from './0041_lead_steps';
import * as imports from './0042_imports';
import * as merging from './0043_merging';
import * as leadLists from './0044_lead_lists';
import * as permissions from './0045_permissions';
import * as erasures from './0046_erasures';
import * as incomingLeads from './0047_incoming_leads';
import * as largeBooks from './0048_large_books';
import * as leadWork from './0049_lead_work';
import * as handover from './0050_handover';
import * as meetings from './0051_meetings';
import * as confirmations from './0052_confirmations';
import * as callersAndEdits from './0053_callers_and_edits';

interface NamedMigration extends Knex.Migration {
  name: string;
}

const MIGRATIONS: NamedMigration[] = [
  { name: '0001_plan', ...plan },
  { name: '0002_leads', ...leads },
  { name: '0003_calls', ...calls },
  { name: '0004_journal', ...journal },
  { name: '0005_recording_gaps', ...recordingGaps },
  { name: '0006_recording_folder', ...recordingFolder },
  { name: '0007_trunk_numbers', ...trunkNumbers },
  { name: '0008_phones', ...phones },
  { name: '0009_leg_far_side', ...legFarSide },
  { name: '0010_dialling', ...dialling },
  { name: '0011_seats', ...seats },
  { name: '0012_park', ...park },
  { name: '0013_recording_links', ...recordingLinks },
  { name: '0014_confirmed_numbers', ...confirmedNumbers },
  { name: '0015_day_counts', ...dayCounts },
  { name: '0016_hotline_orders', ...hotlineOrders },
  { name: '0017_pins', ...pins },
  { name: '0018_asking', ...asking },
  { name: '0019_skills', ...skills },
  { name: '0020_offers', ...offers },
  { name: '0021_blocked_callers', ...blockedCallers },
  { name: '0022_attempts', ...attempts },
  { name: '0023_forms', ...forms },
  { name: '0024_waits', ...waits },
  { name: '0025_desktops', ...desktops },
  { name: '0026_menu', ...menu },
  { name: '0027_hotline_messages', ...hotlineMessages },
  { name: '0028_ratings', ...ratings },
  { name: '0029_wrap_up', ...wrapUp },
  { name: '0030_consultations_in_line', ...consultationsInLine },
  { name: '0031_organisation', ...organisation },
  { name: '0032_sign_in', ...signIn },
  { name: '0033_plan_versions', ...planVersions },
  { name: '0034_api_tokens', ...apiTokens },
  { name: '0035_app_lease', ...appLease },
  { name: '0036_outside_events', ...outsideEvents },
  { name: '0037_text_messages', ...textMessages },
  { name: '0038_alarm_store', ...alarmStore },
  { name: '0039_alarm_standing', ...alarmStanding },
  { name: '0040_customers', ...customers },
  { name: '0041_lead_steps', ...leadSteps },
  { name: '0042_imports', ...imports },
  { name: '0043_merging', ...merging },
  { name: '0044_lead_lists', ...leadLists },
  { name: '0045_permissions', ...permissions },
  { name: '0046_erasures', ...erasures },
  { name: '0047_incoming_leads', ...incomingLeads },
  { name: '0048_large_books', ...largeBooks },
  { name: '0049_lead_work', ...leadWork },
  { name: '0050_handover', ...handover },
  { name: '0051_meetings', ...meetings },
  { name: '0052_confirmations', ...confirmations },
  { name: '0053_callers_and_edits', ...callersAndEdits },
];

/** Where knex finds the migrations. */
export const migrationSource: Knex.MigrationSource<NamedMigration> = {
  getMigrations: () => Promise.resolve(MIGRATIONS),
  getMigrationName: (migration) => migration.name,
  getMigration: (migration) => Promise.resolve(migration),
};
