/** The vocabulary of the generated values: names, places and words that repeat as they do in real data. */

export const firstNames = (
  'Aaliyah Adam Aisha Alexander Amara Ana Anders Beatriz Bjorn Camila Chen Chloe Daniel Diego Elena Emeka Emma Farah ' +
  'Fatima Felix Gabriel Giulia Hana Hassan Ines Ivan Jack Jasmine Kenji Kofi Laila Leo Linnea Lucas Maria Mateo Mei ' +
  'Mohammed Nadia Noah Olga Oliver Pedro Priya Quentin Rahul Rosa Samuel Sofia Tariq Thandiwe Ulrich Vera Wei William ' +
  'Ximena Yara Yusuf Zoe Zofia'
).split(' ');

export const lastNames = (
  'Adeyemi Ahmed Andersen Bianchi Brown Castro Cohen Costa Dubois Eriksson Fernandez Fischer Garcia Gupta Haddad Hansen ' +
  'Ivanova Jansen Johnson Kaya Khan Kim Kowalski Kumar Larsen Lee Lopez Martin Mbeki Moreau Mueller Murphy Nakamura ' +
  'Nguyen Novak Okafor Oliveira Olsen Park Patel Petrov Popescu Rossi Sato Schmidt Silva Singh Smith Suzuki Tanaka ' +
  'Taylor Torres Tran Virtanen Wang Weber Williams Yilmaz Zhang Zhou'
).split(' ');

export const cities = (
  'Accra Amsterdam Athens Auckland Bangkok Barcelona Beijing Berlin Bogota Boston Brisbane Cairo Chicago Copenhagen ' +
  'Dakar Dublin Hamburg Hanoi Helsinki Istanbul Jakarta Karachi Kyiv Lagos Lima Lisbon London Madrid Manila Melbourne ' +
  'Milan Montreal Mumbai Nairobi Osaka Oslo Paris Prague Quito Rome Santiago Seoul Sydney Tallinn Tokyo Toronto Vienna ' +
  'Warsaw Zagreb Zurich'
).split(' ');

export const words = (
  'about above account across added after again against agreed almost along already amount another answer arrived asked ' +
  'attached available back balance because been before begin behind below best better between black board both box ' +
  'bring broken brought build called card careful carry case cause change charge check clean clear close colour come ' +
  'complete confirm contact copy correct cost could country cover customer damaged date delay delivered delivery desk ' +
  'different door double down driver early either email empty enough entrance even every exact example extra family ' +
  'fast feel few final find fine first floor follow found four free fresh friend front full garden gift give glass good ' +
  'great green half hand happy hard have heavy help here high hold home hour house however inside instead item just keep ' +
  'kitchen known label large last late leave left less letter light like line list little long look lost made make many ' +
  'matter mean message might missing money month more morning most moved much must name near need never next night none ' +
  'note nothing number office often once only open order other outside over package paid paper part past people perhaps ' +
  'phone picture piece place please point possible price problem quality question quick quiet quite ready really reason ' +
  'receipt received refund replace reply request return right ring road room round safe same second send service several ' +
  'shelf ship short should side signed simple since size small some soon spare stairs start still stock stop store street ' +
  'such summer sure table take team thank their there these thing think third this those three through time today ' +
  'together tomorrow tracking turn under until update upper usual value very visit wait wall want warm water week weight ' +
  'well were what when where which white whole window winter with without work world would wrap write wrong year yellow'
).split(' ');

/**
 * @param {import('../random.js').Random} random
 * @param {number} length in words
 */
export function sentence(random, length) {
  let text = random.pick(words);
  for (let count = 1; count < length; count++) text += ` ${random.pick(words)}`;
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

/** @param {import('../random.js').Random} random */
export function uuid(random) {
  const hex = random.hex(32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
