/**
 * The one catalogue of what can be refused or fail: code, HTTP status, what happened and what to do
 * in Chinese and English. A refusal is a returned value; a bug throws `BugError`.
 */
export interface CatalogueEntry {
  status: number;
  zh: string;
  en: string;
  /** What the reader can do about it, where the message does not say so already. */
  whatToDo?: { zh: string; en: string };
}

export const ERRORS = {
  NOT_AN_AGENT: {
    status: 409,
    zh: '该账号不是坐席，不能接听电话。请让管理员在方案中为其分配队列。',
    en: 'This account takes no calls. Ask an administrator to give it a queue in the plan.',
  },
  NO_PHONE: {
    status: 409,
    zh: '该坐席没有话机。请在一部公用话机上签入，或让管理员在方案中为其添加话机。',
    en: 'This agent has no phone. Sign in at one, or ask an administrator to add one in the plan.',
  },
  NO_SUCH_HOTLINE: {
    status: 404,
    zh: '方案中没有这条热线。',
    en: 'The plan has no such hotline.',
  },
  NEVER_BLOCKED: {
    status: 409,
    zh: '紧急号码不能加入黑名单。',
    en: 'Numbers for help cannot be blocked.',
  },
  NO_OPT_OUT: {
    status: 404,
    zh: '该号码未退订短信。',
    en: 'This number has not refused texts.',
  },
  TEXTS_OFF: {
    status: 409,
    zh: '未配置短信网关，不发送短信。',
    en: 'No gateway of texts is set: none are sent.',
    whatToDo: {
      zh: '请让管理员设置 TEXTS_VIA 并重启。',
      en: 'Ask an administrator to set `TEXTS_VIA` and to restart.',
    },
  },
  NO_TEXT: {
    status: 409,
    zh: '方案中该门店没有此类短信的内容。',
    en: 'The plan has no text of that kind for this store.',
    whatToDo: {
      zh: '请让管理员在方案的门店 texts 中添加。',
      en: 'Ask an administrator to add it to `texts` of the store in the plan.',
    },
  },
  TEXT_LACKS_VALUES: {
    status: 409,
    zh: '短信内容中有的位置没有给出值。',
    en: 'Places of the text have no value.',
    whatToDo: {
      zh: '请在 values 中补上详情所列的名称。',
      en: 'Add what the details name to `values`.',
    },
  },
  TEXT_HAS_LINK: {
    status: 409,
    zh: '短信的值中有网址，而方案的短信内容中没有该网址。',
    en: 'The values have an address on the internet that the text of the plan does not have.',
    whatToDo: {
      zh: '请去掉详情所列的内容；字母之间的点会被手机当作网址，请在点后加空格。',
      en: 'Leave out what the details name. A dot between letters is shown as a link: write a space after it.',
    },
  },
  NUMBER_NOT_KNOWN: {
    status: 409,
    zh: '该号码不是该门店的线索、客户或来电者，不发送短信。',
    en: 'This number is no lead, customer or caller of the store: it is texted nothing.',
    whatToDo: {
      zh: '请核对号码和门店；给此人打过电话后即可发送。',
      en: 'Check the number and the store. Who was called once can be texted.',
    },
  },
  TEXT_NUMBER_LIMIT: {
    status: 409,
    zh: '今天已为该号码预约短信达到上限。',
    en: 'As many texts as one number may have in a day were ordered for this one.',
    whatToDo: {
      zh: '请明天再发，或直接致电。详情中有每日上限。',
      en: 'Call him, or text him tomorrow. The details have the limit of a day.',
    },
  },
  NOT_BLOCKED_CALLER: {
    status: 404,
    zh: '该号码不在黑名单中。',
    en: 'This number is not blocked.',
  },
  PAST_MOMENT: {
    status: 409,
    zh: '该时间已过。',
    en: 'That moment has passed.',
  },
  NO_SUCH_PHONE: {
    status: 404,
    zh: '方案中没有这部话机。',
    en: 'The plan has no such phone.',
  },
  SEAT_TAKEN: {
    status: 409,
    zh: '该话机属于他人，或已有人在此签入。',
    en: "This phone is somebody else's, or somebody sits there.",
    whatToDo: {
      zh: '请换一部话机，或请主管将其签出。',
      en: 'Choose another phone, or ask a supervisor to sign him out there.',
    },
  },
  NOBODY_THERE: {
    status: 409,
    zh: '没有人在该话机上签入。',
    en: 'Nobody has signed in at this phone.',
  },
  NOT_SIGNED_IN: {
    status: 409,
    zh: '坐席尚未签入。请先登录。',
    en: 'The agent is not signed in. Sign in first.',
  },
  FORM_OPEN: {
    status: 409,
    zh: '上一通电话的表单尚未填写完整。',
    en: 'The form of your last call is not complete.',
    whatToDo: {
      zh: '请选择售前或售后；售前须填写级别和信息来源，并选择处理结果。',
      en: 'Say whether it was pre-sale or after-sale; of a pre-sale call its level and source; and what came of it.',
    },
  },
  FORM_INCOMPLETE: {
    status: 409,
    zh: '表单已填写完整，此修改会使其缺项，未保存。',
    en: 'This form is complete, and would be so no more: nothing was changed.',
    whatToDo: {
      zh: '请将缺少的各项与修改一并提交。',
      en: 'Send what would be missing together with the change.',
    },
  },
  NO_FORM: {
    status: 404,
    zh: '没有这通电话的表单。',
    en: 'There is no form of this call.',
  },
  NOT_YOUR_FORM: {
    status: 403,
    zh: '该表单由其他坐席或主管填写。',
    en: "This form is another agent's; only he and a supervisor fill it in.",
  },
  NO_FOLLOW_UP: {
    status: 404,
    zh: '没有这项跟进。',
    en: 'There is no such follow-up.',
  },
  NOT_IN_WRAP_UP: {
    status: 409,
    zh: '当前不在话后整理状态。',
    en: 'There is no wrap-up to finish.',
  },
  NOT_YOUR_TALK: {
    status: 409,
    zh: '您不在此通话中，或通话已结束。',
    en: 'You are not in this talk, or it is over.',
  },
  NOT_JOINED_YET: {
    status: 409,
    zh: '客户尚未接通，请稍候再试。',
    en: 'The customer is not joined to you yet.',
    whatToDo: { zh: '请在听到客户的声音后再试。', en: 'Try again when you hear the customer.' },
  },
  HELD_AT_PHONE: {
    status: 409,
    zh: '通话是在话机上保持的，不能在此恢复。',
    en: 'The talk is held at a phone and cannot be resumed here.',
    whatToDo: {
      zh: '请在您的话机上恢复通话；如由客户保持，请等待客户。',
      en: 'Resume it at your phone; if the customer holds it, wait for the customer.',
    },
  },
  HELD_BY_COLLEAGUE: {
    status: 409,
    zh: '您的同事已保持此通话，或正在咨询他人。',
    en: 'Your colleague holds this call, or is asking somebody.',
    whatToDo: { zh: '请等待同事恢复通话。', en: 'Wait until he takes it back.' },
  },
  EMERGENCY_TALK: {
    status: 409,
    zh: '这是紧急呼叫，不能转接、咨询或停泊。',
    en: 'This is a call for help: it cannot be sent on, consulted about, or parked.',
    whatToDo: { zh: '请留在通话中。', en: 'Stay on the line.' },
  },
  NO_SUCH_TARGET: {
    status: 409,
    zh: '本店没有该队列或坐席。',
    en: 'The store of this call has no such queue or agent.',
  },
  QUEUE_DESERTED: {
    status: 409,
    zh: '该队列目前没有（其他）坐席签入，无人接听。',
    en: 'Nobody (else) is signed in to that queue: nobody would answer.',
    whatToDo: { zh: '请选择其他队列。', en: 'Choose another queue.' },
  },
  AGENT_NOT_FREE: {
    status: 409,
    zh: '该坐席目前不能接听电话。',
    en: 'That agent cannot take a call now.',
    whatToDo: { zh: '请稍后再试，或转接到队列。', en: 'Try again later, or transfer to a queue.' },
  },
  NOTHING_TO_PICK_UP: {
    status: 409,
    zh: '该来电已不在振铃或排队，无法代接。',
    en: 'That call rings nowhere and waits in no queue of your store.',
    whatToDo: {
      zh: '来电可能已被接听，或客户已挂断。',
      en: 'Somebody may have taken it, or the caller has gone.',
    },
  },
  OCCUPIED_YOURSELF: {
    status: 409,
    zh: '您正在通话、振铃或话后整理中。',
    en: 'You are in a call, being rung, or in wrap-up.',
    whatToDo: { zh: '请先结束当前工作。', en: 'Finish that first.' },
  },
  PHONE_UNREACHABLE: {
    status: 409,
    zh: '您的话机目前无法振铃。',
    en: 'Your phone cannot be rung at the moment.',
    whatToDo: {
      zh: '请检查话机的电源、网络和注册状态。',
      en: 'Check its power, its network and its registration.',
    },
  },
  IN_CONSULTATION: {
    status: 409,
    zh: '正在咨询第三方，请先取回客户或完成转接。',
    en: 'You are consulting somebody: take the customer back first, or complete the transfer.',
  },
  NO_CONSULTATION: {
    status: 409,
    zh: '当前没有咨询通话。',
    en: 'There is no consultation.',
  },
  NOT_ANSWERED_YET: {
    status: 409,
    zh: '对方尚未接听。',
    en: 'The third party has not answered yet.',
    whatToDo: {
      zh: '请等待对方接听，或直接完成转接。',
      en: 'Wait for it, or complete the transfer.',
    },
  },
  NUMBER_OF_NOBODY: {
    status: 409,
    zh: '该号码是总机、隐私号或服务号码，不能确认为某人本人的号码。',
    en: "This is a switchboard, privacy or service number: it is never one person's own.",
  },
  NUMBER_IDENTIFIES: {
    status: 409,
    zh: '手机号码无需确认。',
    en: 'A mobile number needs no confirmation.',
  },
  NUMBER_OF_ANOTHER: {
    status: 409,
    zh: '该号码已确认为另一人本人的号码。',
    en: "This number is confirmed to be another person's own.",
    whatToDo: {
      zh: '请先撤销对另一条线索的确认。',
      en: 'Take the confirmation of the other lead back first.',
    },
  },
  UNKNOWN_PROMISE: {
    status: 404,
    zh: '没有这条回电承诺。',
    en: 'There is no such promise.',
  },
  PROMISE_OVER: {
    status: 409,
    zh: '该回电承诺已经结束。',
    en: 'This promise is over already.',
    whatToDo: { zh: '请刷新列表。', en: 'Load the list again.' },
  },
  UNKNOWN_LEAD: { status: 404, zh: '没有这条线索。', en: 'There is no such lead.' },
  UNKNOWN_VIEW: { status: 404, zh: '没有这个已保存的筛选。', en: 'There is no such kept filter.' },
  UNKNOWN_BULK: {
    status: 404,
    zh: '没有这次批量操作。',
    en: 'There is no such deed on many leads.',
  },
  COUNT_MOVED: {
    status: 409,
    zh: '符合条件的线索数量已变化，未做任何更改。',
    en: 'The filter finds another number of leads by now; nothing was changed.',
    whatToDo: {
      zh: '请查看现在的数量（见详情 count），确认后再提交。',
      en: 'See details.count, and ask again with that number if you still mean it.',
    },
  },
  TOO_MANY_LEADS: {
    status: 409,
    zh: '一次更改的线索太多，未做任何更改。',
    en: 'These are too many leads for one deed; nothing was changed.',
    whatToDo: {
      zh: '请缩小筛选范围；详情中有数量和上限。',
      en: 'Narrow the filter; the details have how many there are and may be.',
    },
  },
  UNKNOWN_CUSTOMER: { status: 404, zh: '没有这位客户。', en: 'There is no such customer.' },
  CUSTOMER_BUSY: {
    status: 409,
    zh: '该客户正在通话，或有未了结的回电承诺，不能删除。',
    en: 'He is in a call, or is promised one: he cannot be deleted now.',
    whatToDo: {
      zh: '请待通话结束，并了结其回电承诺后重试。',
      en: 'Wait for the end of the call, settle the promise, and try again.',
    },
  },
  HOLD_OVER: {
    status: 409,
    zh: '该保全已解除。',
    en: 'This hold has been lifted already.',
    whatToDo: { zh: '请刷新。', en: 'Load it again.' },
  },
  CONSENT_STANDS: {
    status: 409,
    zh: '该客户已同意此项，同意仍有效。',
    en: 'He has consented to this already, and it stands.',
    whatToDo: {
      zh: '无需再次登记；如需新的凭证，请先登记撤回。',
      en: 'There is nothing more to be said; for another proof withdraw that one first.',
    },
  },
  CONSENT_OVER: {
    status: 409,
    zh: '该同意已撤回。',
    en: 'This consent has been withdrawn already.',
    whatToDo: { zh: '请刷新客户资料。', en: 'Load the customer again.' },
  },
  DO_NOT_CALL_OVER: {
    status: 409,
    zh: '该免打扰登记已解除。',
    en: 'This refusal has been lifted already.',
    whatToDo: { zh: '请刷新列表。', en: 'Load the list again.' },
  },
  NO_PROOF: {
    status: 409,
    zh: '没有凭证：请指明本专营店的通话，或写明表单、纸件、消息或导入行。',
    en: 'There is no proof: name a call of your store, or say which form, paper, message or row of an import it is.',
    whatToDo: {
      zh: '凭证为通话时请给出 callId，其他情况请填写 ref。',
      en: 'Give `callId` for a call, and `ref` for everything else.',
    },
  },
  LAST_NUMBER: {
    status: 409,
    zh: '这是该客户唯一的号码，未删除。',
    en: 'It is the only number that he has: it stays.',
    whatToDo: {
      zh: '请先添加正确的号码；若此人无法联系，请将其线索标为无效。',
      en: 'Add the right one first; if he cannot be reached at all, say that his leads are invalid.',
    },
  },
  NUMBER_TAKEN: {
    status: 409,
    zh: '该号码已属于另一位客户。',
    en: 'This number is another customer’s.',
    whatToDo: {
      zh: '您有权查看时，详情中有那位客户；请在其名下记录，或将两者合并。',
      en: 'If you may see that customer, the details say who it is. Work with that record, or merge the two.',
    },
  },
  VERSION_MOVED: {
    status: 409,
    zh: '他人已更改此记录，未做任何更改。',
    en: 'Somebody has changed this record meanwhile; nothing was changed.',
    whatToDo: {
      zh: '请重新读取，在现在的版本上修改；详情中有现在的版本。',
      en: 'Read it again and change that version, which the details have.',
    },
  },
  LEAD_NEEDS_REASON: {
    status: 409,
    zh: '战败和失控必须填写原因。',
    en: 'Defeated and lost-control leads want a reason.',
    whatToDo: { zh: '请填写 reason 后重试。', en: 'Say it in `reason`, and try again.' },
  },
  LEAD_OVER: {
    status: 409,
    zh: '该线索已结束。',
    en: 'This lead is over.',
    whatToDo: {
      zh: '请新建一条线索，或先重新打开。',
      en: 'Make a new lead, or open it again first.',
    },
  },
  LEAD_UNCONFIRMED: {
    status: 409,
    zh: '该线索为总部高意向线索，须先完成外呼确认，才能分配。',
    en: 'This lead of HQ is to be confirmed by a call before anybody is given it.',
    whatToDo: {
      zh: '请等待外呼确认，或由有权限的人登记确认结果。',
      en: 'Wait until it is confirmed, or have somebody who may say what came of the call.',
    },
  },
  LEAD_NOT_HELD: {
    status: 409,
    zh: '该线索不需要外呼确认，或已分配给负责人。',
    en: 'This lead is not to be confirmed, or somebody has been given it since.',
  },
  NOT_A_SALESPERSON: {
    status: 409,
    zh: '此人不是该门店的直销员：到店客户须交接给直销员。',
    en: 'That one is no direct salesperson of the store, who alone receives customers who arrive.',
    whatToDo: { zh: '请选择该门店的直销员。', en: 'Choose a direct salesperson of the store.' },
  },
  UNKNOWN_DEAL: { status: 404, zh: '没有这笔成交。', en: 'There is no such deal.' },
  ALREADY_DELIVERED: {
    status: 409,
    zh: '该车已交付。',
    en: 'This car has been delivered.',
    whatToDo: { zh: '无需再次登记。', en: 'There is nothing more to be said of it.' },
  },
  UNKNOWN_FEE: { status: 404, zh: '没有这笔信息费。', en: 'There is no such information fee.' },
  NOT_AN_OWNER: {
    status: 409,
    zh: '此人不在该门店的方案中，不能作为线索的归属人。',
    en: 'The plan has nobody of that id in the store of the lead.',
    whatToDo: { zh: '请选择该门店的人员。', en: 'Choose somebody of the store.' },
  },
  SAME_CUSTOMER: {
    status: 409,
    zh: '这两条记录已是同一位客户。',
    en: 'These are one customer already.',
  },
  OTHER_CONTROLLER: {
    status: 409,
    zh: '两位客户不属于同一个数据负责方，不能合并或移动。',
    en: 'The two are in the books of different controllers: nothing goes from one to the other.',
  },
  UNDONE_ALREADY: {
    status: 409,
    zh: '此操作已被撤销。',
    en: 'This was taken back already.',
  },
  PAIR_DECIDED: {
    status: 409,
    zh: '这一对客户已有结论，或尚无结论可撤销。',
    en: 'This pair is decided already, or has no decision to take back.',
    whatToDo: { zh: '请重新读取列表。', en: 'Load the list again.' },
  },
  NOT_OF_CUSTOMER: {
    status: 409,
    zh: '所列内容为空，或其中有的不属于该客户。',
    en: 'Nothing is named, or something that is not this customer’s.',
  },
  NOT_A_NUMBER: {
    status: 409,
    zh: '这不是可以拨打的号码。',
    en: 'This is no number that can be dialled.',
    whatToDo: { zh: '请检查号码后重拨。', en: 'Check the number and dial again.' },
  },
  DIAL_FORBIDDEN: {
    status: 403,
    zh: '您没有拨打此类号码的权限。',
    en: 'You may not dial numbers of this kind.',
    whatToDo: {
      zh: '如确有需要，请联系管理员。',
      en: 'Ask an administrator if you need it.',
    },
  },
  DIAL_LIMIT: {
    status: 429,
    zh: '您或本店的拨打次数或费用已达上限，暂时不能外呼。',
    en: 'You, or your store, have dialled too often or for too much money.',
    whatToDo: { zh: '请稍后再试，或联系主管。', en: 'Try again later, or ask your supervisor.' },
  },
  NO_TRUNK: {
    status: 409,
    zh: '没有中继可以拨打此号码。',
    en: 'No trunk may carry a call to this number.',
    whatToDo: {
      zh: '请让管理员检查方案中的中继。',
      en: 'Ask an administrator to check the trunks of the plan.',
    },
  },
  NOTHING_PARKED: {
    status: 409,
    zh: '本店该停泊位上没有来电。',
    en: 'Nobody is parked in that slot of your store.',
    whatToDo: {
      zh: '来电可能已被取回、已转回队列，或客户已挂断。',
      en: 'He may have been taken, be back in his queue, or have hung up.',
    },
  },
  NOT_TO_BE_PARKED: {
    status: 409,
    zh: '该通话不能停泊：它是内部通话，或不属于任何队列。',
    en: 'This call cannot be parked: it is with a colleague, or belongs to no queue.',
    whatToDo: { zh: '请改用保持。', en: 'Hold it instead.' },
  },
  PARK_FULL: {
    status: 409,
    zh: '本店的停泊位已全部占用。',
    en: 'All slots of the store are taken.',
    whatToDo: { zh: '请改用保持或转接。', en: 'Hold or transfer the caller instead.' },
  },
  NOT_AUTHENTICATED: {
    status: 401,
    zh: '尚未登录，或登录已过期。',
    en: 'Nobody is signed in, or the session has expired.',
    whatToDo: { zh: '请重新登录。', en: 'Sign in again.' },
  },
  WRONG_CREDENTIALS: {
    status: 401,
    zh: '用户名或密码不正确。',
    en: 'User or password is wrong.',
  },
  PASSWORD_EXPIRED: {
    status: 403,
    zh: '这是一次性密码，须先修改。',
    en: 'This password was for one time: it must be changed first.',
    whatToDo: {
      zh: '请用 POST /api/me/password 设置自己的密码。',
      en: 'Choose your own by POST /api/me/password.',
    },
  },
  TOKEN_REFUSED: {
    status: 403,
    zh: '不能生成这样的令牌：您没有这些权限或专营店，有效期不对，或令牌过多。',
    en: 'You cannot give such a token: rights or stores that are not yours to give, its time, or too many of them.',
    whatToDo: { zh: '见 details。', en: 'See details.' },
  },
  NOT_FOR_TOKENS: {
    status: 403,
    zh: '令牌不能用于此操作。',
    en: 'Tokens are not for this.',
    whatToDo: { zh: '请以本人身份登录。', en: 'Sign in as a person.' },
  },
  CODE_NEEDED: {
    status: 401,
    zh: '还需要身份验证器应用的验证码。',
    en: 'A code of the authenticator app is needed, too.',
    whatToDo: {
      zh: '请在 code 中一并提交 6 位验证码，或一个恢复码。',
      en: 'Send the six digits, or a recovery code, as code.',
    },
  },
  SECOND_FACTOR_MISSING: {
    status: 403,
    zh: '您须先设置第二重验证。',
    en: 'You have to set up a second factor first.',
    whatToDo: {
      zh: '请用 POST /api/me/second-factor 设置身份验证器应用。',
      en: 'Set up an authenticator app by POST /api/me/second-factor.',
    },
  },
  NOTICE_UNREAD: {
    status: 409,
    zh: '您尚未确认：通话会被录音并用于评分。',
    en: 'You have not acknowledged yet that calls are recorded and scored.',
    whatToDo: {
      zh: '请阅读 GET /api/session 中的 mustAcknowledge，并用 POST /api/me/acknowledgement 确认。',
      en: 'Read mustAcknowledge of GET /api/session, and acknowledge it by POST /api/me/acknowledgement.',
    },
  },
  NOTICE_CHANGED: {
    status: 409,
    zh: '告知内容已更新，请重新阅读。',
    en: 'The text is another one by now: read it again.',
  },
  PASSWORD_REFUSED: {
    status: 422,
    zh: '不能使用该密码：过短、含用户名、过于常见，或与原密码相同。',
    en: 'Too short, too near to the user name, too common, or the same as before.',
    whatToDo: {
      zh: '请使用至少 10 个字符、他人猜不到的密码；原因见 details.why。',
      en: 'Take ten characters or more that nobody guesses; details.why says which it is.',
    },
  },
  TOO_MANY_ATTEMPTS: {
    status: 429,
    zh: '登录失败次数过多，暂时不能登录。',
    en: 'Too many failed sign-ins; signing in is blocked for a while.',
    whatToDo: {
      zh: '请按 Retry-After 给出的秒数等待后再试。',
      en: 'Wait for the seconds named in Retry-After and try again.',
    },
  },
  TOO_MANY_REQUESTS: {
    status: 429,
    zh: '请求过于频繁。',
    en: 'You ask too often.',
    whatToDo: {
      zh: '请按 Retry-After 给出的秒数等待后再试。',
      en: 'Wait for the seconds named in Retry-After and try again.',
    },
  },
  BAD_IDEMPOTENCY_KEY: {
    status: 400,
    zh: 'Idempotency-Key 须为 1 至 255 个可见的 ASCII 字符，也可用引号括起。',
    en: 'Idempotency-Key must have 1 to 255 visible ASCII characters; they may be quoted.',
    whatToDo: {
      zh: '请为每次操作使用一个新的 UUID，重试时使用同一个。未执行任何操作。',
      en: 'Use a new UUID for each act, and the same when you try it again. Nothing was done.',
    },
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    zh: '该 Idempotency-Key 已用于另一个请求。',
    en: 'This Idempotency-Key was sent with another request.',
    whatToDo: {
      zh: '请为新的请求使用新的键。未执行任何操作。',
      en: 'Use a new key for a new request. Nothing was done.',
    },
  },
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    zh: '使用该 Idempotency-Key 的请求仍在执行。',
    en: 'The first request with this Idempotency-Key is still being done.',
    whatToDo: {
      zh: '请按 Retry-After 给出的秒数等待后用同一个键再试。',
      en: 'Wait for the seconds named in Retry-After and send it again with the same key.',
    },
  },
  OUTCOME_UNKNOWN: {
    status: 409,
    zh: '使用该 Idempotency-Key 的请求已经开始（details.since），但无法确定是否完成，因此没有再次执行。',
    en: 'The first request with this Idempotency-Key began (details.since), and nobody can say whether it was done. It was not done again.',
    whatToDo: {
      zh: '请先查看 details.lookAt；如未完成，请用新的键再次发送。',
      en: 'Look at details.lookAt; if it was not done, send it with a new key.',
    },
  },
  ANSWER_NOT_KEPT: {
    status: 409,
    zh: '使用该 Idempotency-Key 的请求已执行，但其回答过大，未保存。',
    en: 'The request with this Idempotency-Key was done; its answer was too large to be kept.',
    whatToDo: { zh: '请查看 details.lookAt。', en: 'Look at details.lookAt.' },
  },
  TOO_MANY_IDEMPOTENCY_KEYS: {
    status: 429,
    zh: '24 小时内使用的 Idempotency-Key 过多，无法再保存。',
    en: 'More Idempotency-Keys were sent within 24 hours than can be kept.',
    whatToDo: {
      zh: '未执行任何操作。请按 Retry-After 等待，或仅在重复执行有害的请求中使用该键。',
      en: 'Nothing was done. Wait as Retry-After says, or send keys only where doing something twice does harm.',
    },
  },
  IDEMPOTENCY_UNAVAILABLE: {
    status: 503,
    zh: '暂时无法保存 Idempotency-Key。',
    en: 'Idempotency-Keys cannot be kept at the moment.',
    whatToDo: {
      zh: '未执行任何操作。请检查数据磁盘；如重复执行无害，可不带该键发送。',
      en: 'Nothing was done. See to the data disk; where doing it twice does no harm, send it without the key.',
    },
  },
  TOO_MANY_CONNECTIONS: {
    status: 429,
    zh: '您打开的连接过多。',
    en: 'You have too many connections open.',
    whatToDo: {
      zh: '请关闭不用的页面；刚刚断开的连接会在一分钟内释放。',
      en: 'Close pages that you do not use; those that broke off are free again within a minute.',
    },
  },
  SIP_UNAVAILABLE: {
    status: 503,
    zh: '网页电话暂不可用。',
    en: 'Phones in the page are not available.',
    whatToDo: {
      zh: '请管理员检查 SIP_LISTEN 是否包含 ws:// 地址（如 ws://127.0.0.1:5066），以及信令是否正常。',
      en: 'Let an administrator see that SIP_LISTEN has a ws:// address (ws://127.0.0.1:5066), and that signalling is up.',
    },
  },
  FORBIDDEN_POST: {
    status: 403,
    zh: '您的岗位没有此项权限。',
    en: 'Your post does not have this right.',
    whatToDo: {
      zh: '如确有需要，请联系管理员。',
      en: 'Ask an administrator if you need it.',
    },
  },
  NOT_ALL_STORES: {
    status: 403,
    zh: '此操作涉及所有专营店，而您的岗位只在部分专营店有效。',
    en: 'This concerns all stores, and your post holds in some of them only.',
    whatToDo: {
      zh: '请联系岗位涵盖所有专营店的管理员，或在服务器上使用 npx openline。',
      en: 'Ask an administrator whose posts hold in all stores, or use `npx openline` on the server.',
    },
  },
  CROSS_SITE: {
    status: 403,
    zh: '请求不是从本系统的页面发出的，已拒绝。',
    en: 'The request does not come from a page of this system.',
    whatToDo: {
      zh: '程序请使用 Authorization: Bearer，不要使用 Cookie。',
      en: 'Programs use Authorization: Bearer instead of the cookie.',
    },
  },
  NOT_FOUND: {
    status: 404,
    zh: '没有找到，或不属于您的专营店。',
    en: 'Not found, or not of your store.',
  },
  UNKNOWN_TRUNK: {
    status: 404,
    zh: '方案中没有这条中继。',
    en: 'The plan has no such trunk.',
  },
  NOT_BLOCKED: {
    status: 404,
    zh: '该地址目前没有被限制或封锁。',
    en: 'Nothing is held against this address at the moment.',
  },
  NO_AUDIO: {
    status: 404,
    zh: '该录音没有可播放的文件。',
    en: 'This recording has no file to play.',
  },
  AUDIO_ARRIVING: {
    status: 503,
    zh: '该录音正在从语音边缘传来，请稍后再试。',
    en: 'This recording is on its way from the edge. Please try again later.',
  },
  INVALID_REQUEST: {
    status: 400,
    zh: '请求的内容不正确。',
    en: 'The request is not well formed.',
    whatToDo: {
      zh: '请按 details 所指的位置和问题更正后重新发送。',
      en: 'Correct it where `details` says, and send it again.',
    },
  },
  BAD_CURSOR: {
    status: 400,
    zh: '翻页标记无效。',
    en: 'The page cursor is not one of ours.',
    whatToDo: { zh: '请从第一页开始。', en: 'Start again at the first page.' },
  },
  TOO_LARGE: {
    status: 413,
    zh: '请求的内容过大。',
    en: 'The request is too large.',
  },
  IMPORT_TOO_LARGE: {
    status: 413,
    zh: '文件超出导入上限：最多 20 万行、256 列、100 MB。',
    en: 'The file is larger than an import may be: 200,000 rows, 256 columns, 100 MB.',
    whatToDo: { zh: '请拆分文件后分别导入。', en: 'Split it, and import the parts.' },
  },
  IMPORT_UNREADABLE: {
    status: 422,
    zh: '文件已损坏，或不是 CSV、XLSX。',
    en: 'The file is damaged, or neither CSV nor XLSX.',
    whatToDo: {
      zh: '请用表格软件打开并另存为 XLSX 后再导入。',
      en: 'Open it in a spreadsheet program, save it as XLSX, and import that.',
    },
  },
  IMPORT_OLD_EXCEL: {
    status: 422,
    zh: '这是旧版 Excel（.xls）文件，或设有密码。',
    en: 'This is a file of an old Excel (.xls), or has a password.',
    whatToDo: {
      zh: '请另存为不带密码的 XLSX 后再导入。',
      en: 'Save it as XLSX without a password, and import that.',
    },
  },
  IMPORT_NO_HEADING: {
    status: 422,
    zh: '前 20 行中没有可识别的表头：至少要有一列电话号码。',
    en: 'The first 20 rows have no heading that is known: one column at least must be of telephone numbers.',
    whatToDo: {
      zh: '请在导入时用 columns 指明各列，或修改表头。',
      en: 'Say what the columns hold by `columns`, or correct the heading.',
    },
  },
  IMPORT_GOING: {
    status: 409,
    zh: '导入尚未结束，不能撤销。',
    en: 'The import has not ended, and cannot be taken back yet.',
  },
  IMPORT_BROKEN_OFF: {
    status: 503,
    zh: 'Openline 正在停止，预览未完成；未导入任何内容。',
    en: 'Openline is being stopped before the preview was ready; nothing was imported.',
    whatToDo: { zh: '请在重新启动后再预览。', en: 'Ask again when it has started.' },
  },
  IMPORT_UNDONE: {
    status: 409,
    zh: '该导入已撤销或正在撤销。',
    en: 'The import has been taken back, or is being.',
  },
  SOUND_UNREADABLE: {
    status: 422,
    zh: '不是可用的声音文件，未做任何更改。',
    en: 'This is no sound file that can be used; nothing was changed.',
    whatToDo: {
      zh: '请发送 WAV、MP3 或 Ogg 文件；原因见 details.why。',
      en: 'Send a WAV, MP3 or Ogg file; `details.why` says what is wrong with this one.',
    },
  },
  SOUND_SILENT: {
    status: 422,
    zh: '文件里没有声音，未做任何更改。',
    en: 'There is no sound in this file; nothing was changed.',
  },
  SOUND_LENGTH: {
    status: 422,
    zh: '提示音应长 0.1 到 120 秒，音乐最长 15 分钟；未做任何更改。',
    en: 'Prompts last 0.1 to 120 s, music up to 15 minutes; nothing was changed.',
  },
  UNSUPPORTED_TYPE: {
    status: 415,
    zh: '不接受这种类型的内容：应为 application/json，提示音则为声音文件。',
    en: 'The body is of a type that is not taken here: application/json is, and sound for a prompt.',
  },
  RANGE_NOT_SATISFIABLE: {
    status: 416,
    zh: '请求的范围超出文件长度。',
    en: 'The range asked for lies outside the file.',
  },
  PLAN_MOVED: {
    status: 412,
    zh: '方案已被他人更改，未做任何更改。',
    en: 'The plan has been changed meanwhile; nothing was changed.',
    whatToDo: {
      zh: '请重新读取方案（GET /api/plan），在新版本上修改。',
      en: 'Read it again (GET /api/plan) and change that version.',
    },
  },
  OTHER_ID: {
    status: 422,
    zh: '内容中的 id（热线为 number）与地址不同，未做任何更改。',
    en: 'The id (of a hotline its number) is another one than that of the address; nothing was changed.',
  },
  NOTHING_TO_UNDO: {
    status: 409,
    zh: '没有可恢复的更早版本。',
    en: 'No earlier version of the plan is kept to go back to.',
  },
  PLAN_REFUSED: {
    status: 422,
    zh: '方案有错误，未做任何更改。',
    en: 'The plan has faults; nothing was changed.',
    whatToDo: {
      zh: '请按 details 中的位置逐项修改后再提交。',
      en: 'Correct each place named in details and apply it again.',
    },
  },
  UPGRADE_REQUIRED: {
    status: 426,
    zh: '此地址只接受 WebSocket 连接。',
    en: 'This address takes WebSocket connections only.',
  },
  INTERNAL: {
    status: 500,
    zh: '系统内部错误，已记录。',
    en: 'An internal error; it was logged.',
    whatToDo: {
      zh: '请稍后再试；如重复出现，请把 details.requestId 告诉管理员。',
      en: 'Try again later; if it stays, tell an administrator details.requestId.',
    },
  },
  GUARD_UNAVAILABLE: {
    status: 501,
    zh: '信令由外部的 drachtio-server 处理，本系统没有可供查看的防护信息。',
    en: 'Signalling is done by a drachtio-server, whose guard cannot be asked from here.',
    whatToDo: {
      zh: '请查看 drachtio-server 的日志和配置。',
      en: 'See the log and the configuration of the drachtio-server.',
    },
  },
  EDGE_AWAY: {
    status: 503,
    zh: '暂时无法连接边缘进程。',
    en: 'The edge cannot be asked at the moment.',
    whatToDo: { zh: '请稍后再试。', en: 'Try again in a moment.' },
  },
  TAKEN_OVER: {
    status: 503,
    zh: '另一个应用已接管，这里不再处理。',
    en: 'Another app has taken over; this one does nothing any more.',
    whatToDo: {
      zh: '请重新发送：现在的应用会应答。',
      en: 'Send it again: the app that is active now answers.',
    },
  },
  MAIL_OFF: {
    status: 409,
    zh: '未设置邮件服务器，不发送告警邮件。',
    en: 'No mail server is set: alarms are not mailed.',
    whatToDo: {
      zh: '请设置 SMTP_HOST、ALARM_MAIL_FROM 和 ALARM_MAIL_TO，然后重启应用。',
      en: 'Set SMTP_HOST, ALARM_MAIL_FROM and ALARM_MAIL_TO, and start again.',
    },
  },
  NOBODY_MAILED: {
    status: 409,
    zh: '未设置告警邮件的收件人。',
    en: 'The settings name nobody to whom alarms are mailed.',
    whatToDo: { zh: '请设置 ALARM_MAIL_TO。', en: 'Set ALARM_MAIL_TO.' },
  },
  MAIL_FAILED: {
    status: 502,
    zh: '邮件未能送出。',
    en: 'The mail could not be sent.',
    whatToDo: {
      zh: 'details.why 是邮件服务器的答复或无法连接的原因。',
      en: 'details.why has what the mail server said, or why it was not reached.',
    },
  },
  READ_ONLY: {
    status: 503,
    zh: '系统目前为只读：不能进行更改，通话不受影响。',
    en: 'Nothing may be changed at the moment; calls go on.',
    whatToDo: {
      zh: '原因见 details.why：ordered 由管理员用 npx openline read-only off 结束；disk 请清理数据磁盘；database 请检查数据库。',
      en: 'See details.why. ordered: an administrator ends it (npx openline read-only off); disk: make room on the data disk; database: see to PostgreSQL.',
    },
  },
  DATABASE_AWAY: {
    status: 503,
    zh: '数据库暂时无法连接；通话不受影响。',
    en: 'The database cannot be reached at the moment; calls go on.',
    whatToDo: {
      zh: '请稍后查看更改是否已生效，再重试；如持续出现，请管理员运行 npx openline doctor 检查数据库。',
      en: 'In a moment, see whether your change is there, and try again; if it stays, an administrator runs npx openline doctor.',
    },
  },
  WEBHOOK_URL_REFUSED: {
    status: 400,
    zh: '不能向该地址发送。',
    en: 'Nothing may be sent to this URL.',
    whatToDo: {
      zh: '请使用公网 https 地址，不含用户名和密码；内网系统须由管理员写入 WEBHOOK_NETWORKS。',
      en: 'Use https and a public address, without user and password; for a system in your own network its addresses must stand in WEBHOOK_NETWORKS. See details.why.',
    },
  },
  WEBHOOK_LIMIT: {
    status: 409,
    zh: '订阅数量已达上限。请先删除不用的订阅。',
    en: 'There are as many webhooks as there may be. Remove one that is not used.',
  },
  WEB_FORM_REFUSED: {
    status: 401,
    zh: '请求未按约定签名，未接收。',
    en: 'The request is not signed as agreed: nothing was taken.',
    whatToDo: {
      zh: '请核对地址、密钥、时间（相差不超过 5 分钟）和签名内容，见 docs/leads-in.md。',
      en: 'Check the address, the secret, the time (5 minutes at most) and what is signed; see docs/leads-in.md.',
    },
  },
  WEB_FORM_LIMIT: {
    status: 409,
    zh: '网站表单数量已达上限。请先删除不用的表单。',
    en: 'There are as many web forms as there may be. Remove one that is not used.',
  },
  LEAD_REFUSED: {
    status: 422,
    zh: '线索内容有误，未接收。',
    en: 'The lead cannot be taken as it is.',
    whatToDo: {
      zh: '请按 details.refusals 中的字段更正后以同一编号重新发送。',
      en: 'Correct the fields that details.refusals names, and send it again under the same id.',
    },
  },
  WEBHOOKS_AWAY: {
    status: 503,
    zh: '数据库尚未就绪，暂时不能更改订阅。请稍后再试。',
    en: 'The database is not there yet: webhooks cannot be changed. Try again in a moment.',
  },
  NOT_READY: {
    status: 503,
    zh: '系统暂时不能接听电话。',
    en: 'The system cannot take a call yet.',
    whatToDo: {
      zh: '所缺部分见 details.missing。',
      en: 'See details.missing for what is missing.',
    },
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERRORS;
/** Codes by which the engine refuses a request. */
export type RefusalCode =
  | 'NOT_AN_AGENT'
  | 'NO_PHONE'
  | 'NO_SUCH_PHONE'
  | 'NO_SUCH_HOTLINE'
  | 'PAST_MOMENT'
  | 'NEVER_BLOCKED'
  | 'NOT_BLOCKED_CALLER'
  | 'SEAT_TAKEN'
  | 'NOBODY_THERE'
  | 'NOT_SIGNED_IN'
  | 'NOTICE_UNREAD'
  | 'NOT_IN_WRAP_UP'
  | 'FORM_OPEN'
  | 'FORM_INCOMPLETE'
  | 'NO_FORM'
  | 'NOT_YOUR_FORM'
  | 'NOT_YOUR_TALK'
  | 'NOT_JOINED_YET'
  | 'HELD_AT_PHONE'
  | 'EMERGENCY_TALK'
  | 'HELD_BY_COLLEAGUE'
  | 'NO_SUCH_TARGET'
  | 'QUEUE_DESERTED'
  | 'AGENT_NOT_FREE'
  | 'NOTHING_TO_PICK_UP'
  | 'NOTHING_PARKED'
  | 'NOT_TO_BE_PARKED'
  | 'PARK_FULL'
  | 'OCCUPIED_YOURSELF'
  | 'PHONE_UNREACHABLE'
  | 'IN_CONSULTATION'
  | 'NO_CONSULTATION'
  | 'NOT_ANSWERED_YET'
  | 'NUMBER_OF_NOBODY'
  | 'NUMBER_IDENTIFIES'
  | 'NUMBER_OF_ANOTHER'
  | 'NOT_A_NUMBER'
  | 'DIAL_FORBIDDEN'
  | 'DIAL_LIMIT'
  | 'NO_TRUNK';

/** A broken invariant of ours: ends the call it concerns, and nothing else. */
export class BugError extends Error {
  override name = 'BugError';
}

/**
 * A failure that its finder can name: thrown by edges, answered by HTTP with the catalogue's status
 * and texts. `details` are shown to the client and must hold no secret.
 */
export class CodedError extends Error {
  override name = 'CodedError';

  constructor(
    readonly code: ErrorCode,
    readonly details?: unknown,
  ) {
    super(ERRORS[code].en);
  }
}
