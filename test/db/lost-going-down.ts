/**
 * What a step down to the version before loses: that version has no place for it. Whoever adds a migration says here what
 * its `down` takes away, as tables and `table.column`, so that nothing else goes unseen.
 */
const words = (text: string): string[] => text.split(' ');

export const LOST: Record<string, readonly string[]> = {
  '0001_plan': words('hotline person phone queue queue_person setting store trunk'),
  '0002_leads': words('customer lead'),
  '0003_calls': words('call leg promise queue_entry recording'),
  '0004_journal': words('agent_state alarm audit event'),
  '0005_recording_gaps': words('recording.gaps_ms recording.reconciles'),
  '0006_recording_folder': words('recording.folder'),
  '0007_trunk_numbers': words('trunk.numbering'),
  '0008_phones': words('phone.ha1_sha256 phone.watch phone.mode phone.profile'),
  '0009_leg_far_side': words('leg.trunk_id leg.sip_status leg.q850'),
  '0010_dialling': words('person.dial store.calling'),
  '0011_seats': words('agent_state.seat'),
  '0012_park': words('store.park_seconds'),
  '0013_recording_links': words('recording.is_linked recording.unlinked_told_at'),
  '0014_confirmed_numbers': words('confirmed_number'),
  '0015_day_counts': words('dial_attempt dial_pause dial_spent trunk_use'),
  '0016_hotline_orders': words('hotline.routing hotline_order'),
  '0017_pins': words('person.extension person.pin_hash'),
  '0018_asking': words('queue.asking'),
  '0019_skills': words('person.skills'),
  '0020_offers': words('offer'),
  '0021_blocked_callers': words('blocked_caller'),
  '0022_attempts': words(
    'attempt promise.place promise.message_id promise.tries promise.not_before promise.task promise.attempt_id promise.ended_at promise.ended_by promise.end_reason',
  ),
  '0023_forms': words(
    'call.first_talk_at call.is_long call_form follow_up lead.kind lead.level lead.channel',
  ),
  '0024_waits': words('expected_wait'),
  '0025_desktops': words('agent_state.desktop call.no_pop offer.no_pop'),
  '0026_menu': words('call.menu'),
  '0027_hotline_messages': words(
    'hotline_order.message hotline_order.message_at hotline_order.message_until hotline_order.message_by',
  ),
  '0028_ratings': words('rating'),
  '0029_wrap_up': words(
    'agent_state.wrap_up_call agent_state.wrap_up_since agent_state.wrap_up_until',
  ),
  '0030_consultations_in_line': words('queue_entry.asked_by'),
  '0031_organisation': words(
    'department legal_entity person.posts person.department_id store.entity_id store_group',
  ),
  '0032_sign_in': words('acknowledgement credential second_factor session'),
  '0033_plan_versions': words('plan_version'),
  '0034_api_tokens': words('api_token'),
  '0035_app_lease': words('app_lease'),
  '0036_outside_events': words('outside_event webhook webhook_delivery'),
  '0037_text_messages': words('opt_out text_message'),
  '0038_alarm_store': words('alarm.store_id'),
  // What was told stands in `alarm`; the next step up puts it together again.
  '0039_alarm_standing': words('raised_alarm'),
  '0040_customers': words(
    'call.in_timeline contact customer.controller customer.root_id customer.version customer.state customer.kind customer.sex customer.customer_type customer.area customer.address customer.born_on customer.note customer.search customer.source customer.changed_at customer_number lead.customer_id lead.version lead.state lead.validity lead.place lead.customer_type lead.present_car lead.interest_series lead.interest_model lead.intended_on lead.contact_result lead.next_plan lead.next_due_at lead.last_contact_at lead.arrived_at lead.end_reason lead.changed_at lead_owner store.controller store_group.shares_customers vehicle',
  ),
  '0041_lead_steps': words('appointment arrival deal delivery information_fee'),
  '0042_imports': words('import_batch import_mapping import_row'),
  '0043_merging': words(
    'cleaning_run customer.cleaned_version customer_merge customer_number.cleaned customer_split doubtful_pair erased_number lead.prospect lead.invalid_reason',
  ),
  '0044_lead_lists': words('cleaning_run.transferred cleaning_run.distributed'),
  '0045_permissions': words('consent do_not_call do_not_call_number'),
  '0046_erasures': words('erasure erasure_file legal_hold'),
  '0047_incoming_leads': words('incoming_lead web_form'),
  '0048_large_books': words('customer.is_root'),
  '0049_lead_work': words('bulk_deed bulk_deed_lead call_form.in_leads lead_view'),
  '0050_handover': words('lead_handover'),
  '0051_meetings': [],
  '0052_confirmations': words(
    'lead.confirm_next_at lead.confirm_tries lead.confirm_first_at lead.confirmed_at lead.confirmed_by',
  ),
  // Who they are is found no more; the calls stay.
  '0053_callers_and_edits': words('call.unknown_number call.unknown_lead_id customer_edit'),
};

/** Tables of which `down` changes what stays, because the version before cannot say it. */
export const CHANGED: Record<string, readonly string[]> = {
  // A phone without a person is a seat, which is not known there.
  '0011_seats': ['phone'],
  // Nobody claims a promise there: one that is being kept is open again.
  '0022_attempts': ['promise'],
};
