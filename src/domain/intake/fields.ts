/** Which columns an import knows, and by what names people head them. */

/** What a column may hold. Several columns may hold numbers; of the others the first counts. */
export type Field =
  | 'number'
  | 'name'
  | 'sex'
  | 'kind'
  | 'customerType'
  | 'area'
  | 'address'
  | 'bornOn'
  | 'note'
  | 'level'
  | 'prospect'
  | 'channel'
  | 'source'
  | 'consultant'
  | 'presentCar'
  | 'interestSeries'
  | 'interestModel'
  | 'intendedOn'
  | 'contactResult'
  | 'nextPlan'
  | 'plate'
  | 'vin'
  | 'series'
  | 'model'
  | 'boughtOn'
  | 'registeredOn'
  | 'insuredUntil'
  /** A text message in which `键：值` or a number stand. */
  | 'message';

/** Names by field, `|` between them, as `nameKey` makes them: no blanks, no signs, lower case. */
const NAMES: Record<Field, string> = {
  number:
    '手机|手机号|手机号码|手机1|手机2|电话|电话号码|电话1|电话2|电话3|联系电话|联系电话1|联系电话2|联系方式|移动电话|固话|固定电话|座机|座机号|办公电话|家庭电话|公司电话|备用电话|备用手机|其他电话|客户电话|客户手机|客户电话号码|车主电话|车主手机|来电号码|发送号码|发件号码|手机号码1|手机号码2|mobile|mobilephone|mobilenumber|phone|phone1|phone2|phonenumber|telephone|tel|tel1|tel2|cell|cellphone|number|contactnumber|landline|fixedline|homephone|workphone|otherphone|msisdn|sender|from',
  name: '姓名|名字|客户姓名|客户名称|客户名|客户|姓|称呼|联系人|联系人姓名|车主|车主姓名|姓名称呼|用户姓名|name|fullname|customer|customername|contact|contactname|familyname|lastname|surname|ownername',
  sex: '性别|客户性别|sex|gender',
  kind: '个人或公司|个人公司|个人单位|客户性质|客户属性|personorcompany|personcompany|entitytype',
  customerType: '客户类型|客户类别|客户分类|类型|customertype|customercategory|customerclass',
  area: '地区|区域|城市|所在城市|所在地区|省市|area|city|region',
  address: '地址|联系地址|住址|家庭住址|通讯地址|客户地址|address|postaladdress|homeaddress',
  bornOn: '生日|出生日期|出生年月日|客户生日|birthday|dateofbirth|birthdate|dob|bornon',
  note: '备注|说明|附注|客户备注|note|notes|remark|remarks|comment|comments',
  level: '级别|客户级别|意向级别|线索级别|等级|意向等级|level|leadlevel|grade',
  prospect:
    '意向程度|意向类型|意向情况|线索类型|线索性质|线索分类|潜客类型|prospect|prospectkind|leadkind|leadtype|intent',
  channel: '渠道|客户渠道|线索渠道|获客渠道|来店渠道|来源渠道|渠道来源|channel|leadchannel',
  source:
    '来源|客户来源|线索来源|信息来源|客户信息来源|source|leadsource|infosource|informationsource',
  consultant:
    '销售顾问|顾问|销售顾问的姓名|销售顾问姓名|销售员|业务员|归属|客户归属|跟进人|电话营销员|consultant|salesconsultant|salesperson|owner|assignedto|agent',
  presentCar:
    '目前车辆|现有车辆|现有车|现有车型|目前车型|目前车辆的品牌和型号|现用车|在用车|保有车|presentcar|currentcar|currentvehicle|presentvehicle',
  interestSeries: '意向车系|感兴趣车系|关注车系|interestseries|seriesofinterest|interestedseries',
  interestModel:
    '意向车型|意向车|意向|感兴趣车型|感兴趣的车型|感兴趣的车辆系列和型号|感兴趣的车系和车型|关注车型|拟购车型|想买车型|interestmodel|modelofinterest|interest|interestedin|interestedmodel|desiredmodel|interestedcar',
  intendedOn:
    '意向购买日期|意向购车日期|预计购买日期|预计购车日期|预计购车时间|意向购车时间|意向购买时间|拟购日期|拟购时间|计划购车日期|购车计划|intendeddate|intendedpurchasedate|purchaseplan|expectedpurchasedate|plannedpurchase|intendedon',
  contactResult: '联系结果|跟进结果|沟通结果|跟进情况|回访结果|contactresult|result|outcome',
  nextPlan:
    '下次联系计划|下次联系的计划|下次计划|下次跟进计划|下一步计划|后续计划|nextplan|nextcontactplan|nextstep',
  plate:
    '车牌|车牌号|车牌号码|牌照|牌照号|plate|plateno|platenumber|licenseplate|licenceplate|numberplate|registrationnumber',
  vin: '车架号|车架号码|车辆识别代号|车辆识别代码|底盘号|底盘号码|vin|vincode|vinno|chassis|chassisno|chassisnumber',
  series: '车系|车辆系列|所购车系|购买车系|series|vehicleseries|carseries',
  model: '车型|车辆型号|所购车型|购买车型|购车车型|model|vehiclemodel|carmodel|vehicle',
  boughtOn:
    '购车日期|购买日期|购车时间|销售日期|交车日期|提车日期|车辆购买日期|boughton|purchasedate|purchased|dateofpurchase|saledate|deliverydate',
  registeredOn:
    '上牌日期|上牌时间|注册日期|登记日期|初登日期|registeredon|registrationdate|dateofregistration',
  insuredUntil:
    '保险到期|保险到期日|保险到期日期|保险到期时间|交强险到期|insuranceexpiry|insuranceexpires|insureduntil|insuranceend|insurancedue',
  message:
    '短信内容|短信|内容|消息内容|消息|留言|留言内容|message|messagetext|text|sms|smstext|body|content',
};

export const FIELDS = Object.keys(NAMES) as Field[];

const BY_NAME: ReadonlyMap<string, Field> = new Map(
  FIELDS.flatMap((field) =>
    [...NAMES[field].split('|'), field.toLowerCase()].map((name): [string, Field] => [name, field]),
  ),
);

/** A heading as it is compared: narrow, without hints in brackets (`（必填）`), blanks and signs. */
export const nameKey = (heading: string): string =>
  heading
    .normalize('NFKC')
    .replace(/\([^)]*\)|\[[^\]]*\]|【[^】]*】|《[^》]*》/g, '')
    .replace(/[^\p{Letter}\p{Number}]/gu, '')
    .toLowerCase();

/** The field that people mean by a heading, in Chinese or English; null: none that an import knows. */
export const fieldNamed = (heading: string): Field | null => BY_NAME.get(nameKey(heading)) ?? null;

export const isField = (text: string): text is Field => (FIELDS as string[]).includes(text);
