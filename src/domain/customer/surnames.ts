/**
 * Chinese surnames with the ways in which they are spelled in Latin letters. Decides which part of a name is the surname; a
 * surname that is not here is taken to be the first sign, and nothing is said of its spelling.
 */

/** `spellings surnames`: the usual pinyin first, then what passports of other places have. */
const SPELLED = `
wang,wong 王汪; li,lee 李黎厉; zhang,chang,cheung 张章; liu,lau 刘柳; chen,chan,tan 陈谌; yang,yeung 杨阳羊;
huang,wong 黄; zhao,chiu,chao 赵; wu,ng,woo 吴武伍邬巫; zhou,chow,chou 周; xu,hsu,hui 徐许; sun,suen 孙; ma 马麻;
zhu,chu 朱祝竺; hu,wu 胡; guo,kwok,kuo 郭; he,ho 何贺和; lin,lam 林蔺; gao,ko 高; luo,lo,law 罗骆; zheng,cheng 郑;
liang,leung 梁; xie,tse,hsieh 谢解; song,sung 宋; tang,tong 唐汤; deng,tang 邓; han,hon 韩; feng,fung 冯封丰;
cao,tso 曹; peng,pang 彭; zeng,tsang 曾; xiao,siu,hsiao 肖萧; tian,tin 田; dong,tung 董; pan,poon 潘; yuan,yuen 袁苑;
cai,choi,tsai 蔡; jiang,chiang,kong 蒋江姜; yu,yue 于余俞虞郁喻; du,to 杜; ye,yip,yeh 叶; cheng,ching 程成; wei,ngai 魏韦卫;
su,so 苏; lv,lu,lui,lyu 吕; ding,ting 丁; ren,yam 任; lu,lo,luk 卢陆鲁路; yao,yiu 姚; shen,sham 沈申; zhong,chung 钟;
cui,tsui 崔; tan,tam 谭; wan,man 万; fan,fan 范樊; liao,liu 廖; jia,ka 贾; xia,ha 夏; fu,foo 付傅符; fang,fong 方房;
zou,chau 邹; xiong,hung 熊; bai,pak 白柏; meng,mang 孟蒙; qin,chun 秦覃; qiu,yau,chiu 邱裘仇; hou,hau 侯; yin,wan 尹殷;
xue,sit 薛; yan,yim,ngan 闫阎颜严燕; duan,tuen 段; lei,lui 雷; long,lung 龙; shi,sze,shih 史石施时师; tao,to 陶;
mao,mo 毛茅; hao,kok 郝; gu,koo 顾古谷; gong,kung 龚宫巩; shao,siu 邵; wan 宛; qian,chin 钱; dai,tai 戴; mo,mok 莫;
kong,hung 孔; xiang,heung 向项; chang,sheung 常; wen,man 文温闻; kang,hong 康; niu,ngau 牛; lai 赖; ge,kot 葛; xing,ying 邢;
an,on 安; qi,chai 齐祁戚; yi,yik 易伊; qiao,kiu 乔; pang,pong 庞; tu,to 涂屠; hong,hung 洪; zhai,chak 翟; zhuang,chong 庄;
ning 宁; lan,lam 兰蓝; guan,kwan 关管; jin,kam 金靳; ji,kei 季纪吉姬; mei,mui 梅; sheng,shing 盛; tong,tung 童佟;
bao,pau 包鲍; bi,pat 毕; chu,chor 储楚褚; cen,sham 岑; che,che 车; di,tik 狄; e,ngok 鄂; gan,kam 甘; geng,kang 耿; hua,wah 华花滑;
huo,fok 霍; jian,kan 简; ju,kuk 鞠; ke,o 柯; kuang,kwong 邝; leng,lang 冷; lian,lin 连廉; ling,ling 凌; lou,lau 娄楼; man,mun 满;
miao,miu 苗缪; mu,muk 穆牟; ni,ngai 倪; nie,nip 聂; ou,au 区欧; pei,pui 裴; pu,po 蒲濮; qu,kuk 曲瞿屈; rao,yiu 饶; rong,wing 容荣;
ruan,yuen 阮; shan,sin 单; shang,sheung 尚; shu,shu 舒; si,sze 司; tai,toi 邰; teng,tang 滕; xi,chik 席奚; xin,san 辛; yue,ngok 岳;
zang,chong 臧; zhan,chim 詹湛; zhen,yan 甄; zuo,cho 左; ba 巴; cong 丛; gou 苟; jing,king 景荆; lang 郎; mi 米; nan 南; shui 水`;

/** Of two signs. */
const COMPOUND = `
ouyang,auyeung 欧阳; sima 司马; shangguan 上官; zhuge 诸葛; situ,szeto 司徒; dongfang 东方; huangfu 皇甫; weichi,yuchi 尉迟;
gongsun 公孙; murong 慕容; linghu 令狐; xiahou 夏侯; nangong 南宫; duanmu 端木; zhangsun 长孙; yuwen 宇文; dugu 独孤; ximen 西门`;

const SPELLINGS = new Map<string, Set<string>>();
const add = (surname: string, spellings: string): void => {
  const known = SPELLINGS.get(surname) ?? new Set<string>();
  for (const spelling of spellings.split(',')) known.add(spelling);
  SPELLINGS.set(surname, known);
};
const entriesOf = (table: string): [spellings: string, surnames: string][] =>
  table.split(';').map((entry) => {
    const [spellings = '', surnames = ''] = entry.trim().split(' ');
    return [spellings, surnames];
  });
for (const [spellings, surnames] of entriesOf(SPELLED))
  for (const surname of surnames) add(surname, spellings);
for (const [spellings, surname] of entriesOf(COMPOUND)) add(surname, spellings);

/** Whether the signs are a surname that is known here. */
export const isSurname = (text: string): boolean => SPELLINGS.has(text);

/** In lower case without tones; none: how it is spelled is not known here. */
export const spellingsOf = (surname: string): ReadonlySet<string> =>
  SPELLINGS.get(surname) ?? new Set();

/** The surname that a Chinese name of two signs or more begins with. */
export function surnameOf(name: string): string {
  const two = name.slice(0, 2);
  return name.length > 2 && SPELLINGS.has(two) ? two : name.slice(0, 1);
}
