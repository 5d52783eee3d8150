/**
 * The words that say what a number is, in English and in the language of the country; separated by commas.
 *
 * A space stands for nothing, a space, a hyphen, an underscore or their like, so that `tax file` is also `taxFile` and
 * `TAX_FILE`; an asterisk lets the word go on. Small and capital letters are the same.
 */
export const ID_WORDS = {
  passport:
    'passport*, pasaporte*, passeport*, reisepass*, reisepaß, passnummer, passaporto*, passaporte*, paspoort*, ' +
    'paszport*, pasaport*, паспорт*, 护照*, 護照*, パスポート*, 旅券*, 여권*',
  licence:
    "driver s licen*, driver s' licen*, drivers licen*, driver licen*, driving licen*, driver s permit, driving permit, " +
    'driver s lic, drivers lic, dl number, dl no, dl num, dl #, dln, dvla, führerschein*, fuehrerschein*, ' +
    'permis de conduire, permis conduire, permiso de conduc*, carnet de conduc*, carné de conduc*, licencia de conduc*, ' +
    'patente di guida, patente, carta de condu*, carteira de motorista, cnh, rijbewijs*, prawo jazdy, prawa jazdy, ' +
    'körkort*, kørekort*, førerkort*, ajokortti*, 운전면허*, 驾驶证*, 駕駛執照*, 運転免許*',
  routing: 'routing*, aba, rtn, rtn number, fedwire, bank transit',
  sortCode: 'sort code*, sorting code*',
  transit: 'transit*, institution number, institution no',
  bsb: 'bsb, bank state branch',
  ifsc: 'ifsc, ifsc code',
  account:
    'account number*, account no, account num, account #, account nr, acct, acct number*, acct no, acct num, bank account*, ' +
    'bank acct, bank ac, checking account*, savings account*, current account*, deposit account*, account ending, ' +
    'kontonummer*, konto nr, bankkonto*, compte bancaire, numéro de compte, numero de compte, cuenta bancaria, ' +
    'número de cuenta, numero de cuenta, conto corrente, numero di conto, número da conta, conta bancária, conta corrente',
  taxId:
    'tax id*, taxpayer id*, tax payer id*, taxpayer number, tax number, tax no, tax identification*, tin, tin number',
  itin: 'itin, itins, individual taxpayer*',
  ein: 'ein, ein number, employer identification*, employer id*, fein, federal tax id*',
  npi: 'npi, npis, national provider*',
  medicare: 'medicare*, mbi, mbis, beneficiary id*, hicn',
  dea: 'dea, dea number, dea no, dea registration*, prescriber*, medical license*, medical licence*',
  nhs: 'nhs*, national health service*',
  nino: 'nino, ninos, national insurance*, ni number*, ni no, nat ins*',
  utr: 'utr, utrs, unique taxpayer*',
  sin: 'sin, sins, sin number, social insurance*, assurance sociale, nas',
  tfn: 'tfn, tfns, tax file*',
  abn: 'abn, abns, australian business*',
  acn: 'acn, acns, australian company*',
  steuerId:
    'steuer id*, steuer ident*, steueridentifikation*, steuerliche identifikation*, idnr, id nr, identifikationsnummer*, ' +
    'tin, tax id*, tax identification*, steuernummer*, steuer nr',
  socialInsuranceDe:
    'sozialversicherung*, rentenversicherung*, versicherungsnummer*, versicherungs nr, rvnr, sv nummer*, svnr, sv nr, ' +
    'german social security*',
  identityCard:
    'personalausweis*, ausweis*, identity card*, id card*, identity document*, carta di identità, carta di identita, ' +
    "carta d'identità, carta d'identita, carte nationale d'identité, carte d'identité, cni, perso",
  healthInsuranceDe: 'krankenversicher*, versichertennummer*, versicherten nr, kvnr, krankenkasse*, gesundheitskarte*',
  nir: 'nir, sécurité sociale, securite sociale, insee, carte vitale, social security*, numéro de sécu',
  dni: 'dni, nif, nie, documento nacional*, número de identi*, numero de identi*',
  fiscale: 'codice fiscale, cod fisc*, cf, c.f.',
  iva: 'partita iva, p iva, p.iva, p. iva, part. iva, piva, vat, vat number, vat no, vat id*, iva',
  aadhaar: 'aadhaar*, aadhar*, adhaar*, adhar*, uidai, आधार*',
  pan: 'pan, pan card, pan number, permanent account*, income tax*',
  voter: 'voter*, epic, epic no, election*',
  gstin: 'gstin, gst, gst number, gst no',
  nric: 'nric, fin, identity card*, ic no, ic number',
  bsn: 'bsn, burgerservice*, burger service*, sofinummer*, sofi nummer',
  pps: 'pps, ppsn, pps number*, personal public service*',
  nordic:
    'personnummer*, personal identity*, personal number*, samordningsnummer*, fødselsnummer*, fodselsnummer*, cpr, ' +
    'cpr nummer, cpr number, cpr nr, pnr, kennitala',
  hetu: 'hetu, henkilötunnus*, henkilotunnus*, personal identity*, personbeteckning*',
  pesel: 'pesel*',
  nip: 'nip',
  rodneCislo: 'rodné číslo*, rodne cislo*, birth number*, rč',
  cnp: 'cnp, cod numeric personal',
  nifPt: 'nif, contribuinte*, número fiscal, numero fiscal',
  cpf: 'cpf, cpfs, cadastro de pessoa*, cadastro pessoa*',
  cnpj: 'cnpj',
  rut: 'rut, run, rol único*, rol unico*',
  rfc: 'rfc, registro federal*',
  rrn: 'rrn, resident registration*, korean rrn, frn, foreigner registration*, alien registration*, 주민등록*, 주민번호*, 외국인등록*',
  tckn: 'tckn, tc kimlik*, t.c. kimlik*, kimlik*, tc no, t.c. no, vatandaşlık*, kişi',
  idNumber: 'id number*, id no, id num, identity number*, identification number*, sa id, rsa id, south african id*',
  nationalId:
    'national id*, national identi*, national number, citizen id*, citizenship number, citizenship no, personal id*, ' +
    'government id*, resident id*, residence permit*, identity card*, id card*, national insurance*',
  rijksregister:
    'rijksregister*, registre national, numéro national, numero national, niss, insz, nrn, national register*',
  ahv: 'ahv*, avs, navs*, avs number',
  residentCn: '身份证*, 身份證*, 公民身份*, shenfenzheng*, resident id*, chinese id*',
  myNumber: 'マイナンバー*, 個人番号*, my number, mynumber*, individual number*',
  thai: 'เลขประจำตัวประชาชน*, เลขบัตรประชาชน*, บัตรประชาชน*, thai id*, tnin',
  israeli: 'teudat zehut, teudat zehut*, israeli id*, tz, תעודת זהות*, ת.ז*',
  aws: 'aws, amazon*, arn',
  wallet:
    'wallet*, ethereum*, eth, ether, erc20, erc721, evm, address, addresses, recipient, payable, crypto*, metamask, bitcoin*, ' +
    'btc, solana*, litecoin*, tron*, trc20',
} as const satisfies Readonly<Record<string, string>>;

/** What a number can be called. */
export type IdName = keyof typeof ID_WORDS;
