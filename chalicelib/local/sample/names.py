"""Where the sample shop's customers live and what they are called: invented people in twelve time zones."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

# Letters that Unicode does not take apart into an ASCII letter and a mark, and the names in another script.
_SPELLED = {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "æ": "ae", "ä": "ae", "ö": "oe", "ü": "ue", "ı": "i"}
_SPELLED |= {"陽子": "yoko", "健太": "kenta", "山田": "yamada", "中村": "nakamura", "अनन्या": "ananya", "शर्मा": "sharma"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A time zone with the people in it."""

    zone: str  # IANA name
    country: str  # ISO 3166
    share: int  # of all customers, percent
    locales: Mapping[str, float]  # BCP 47 -> weight
    regions: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]


def _home(
    zone: str, country: str, share: int, locales: Mapping[str, float], regions: str, first_names: str, last_names: str
) -> Home:
    return Home(
        zone=zone,
        country=country,
        share=share,
        locales=locales,
        regions=tuple(regions.split(", ")),
        first_names=tuple(first_names.split(", ")),
        last_names=tuple(last_names.split(", ")),
    )


def ascii_letters(name: str) -> str:
    """The name in small ASCII letters, as it stands in an e-mail address. "Zoë" gives "zoe"."""
    spelled = _SPELLED.get(name) or "".join(_SPELLED.get(letter, letter) for letter in name)
    apart = unicodedata.normalize("NFKD", spelled)
    return "".join(letter for letter in apart.lower() if "a" <= letter <= "z")


_BRITISH = {"en-GB": 1.0}
_AMERICAN = {"en-US": 1.0}

HOMES = (
    _home(
        "Europe/London",
        "GB",
        44,
        _BRITISH,
        "London, Bristol, Manchester, Leeds, Edinburgh, Glasgow, Cardiff, Belfast, York, Norwich, Brighton, Sheffield",
        "Amelia, Oliver, Isla, George, Freya, Alfie, Zoë, Harry, Siân, Rhys, Niamh, Callum, Eilidh, Hamish, Chloë, "
        "Tom, Beatrice, Rupert, Nadia, Imran, Aisha, Winston, Priya, Dev, Gráinne, Owen, Martha, Edith, Joanna, Piotr, "
        "Agnieszka, Kwame, Leona, Stuart, Philippa, Graham",
        "Ashdown, Barrow, Brontë, Carrow, Fairweather, Penhallow, Ó Briain, Macrae, Llewellyn, Thistlewood, Okafor, "
        "Rahman, Hartley, Whitcombe, Redfern, Ainsley, Pemberton, Calder, Winslow, Marsh, Holloway, Tregenza, Baxter, "
        "Quill, Somerset, Nowak, Kowalski, Mensah, Chaudhry, Lindqvist, St. Clair, Featherstone, O'Rourke, Dunmore",
    ),
    _home(
        "Europe/Berlin",
        "DE",
        15,
        {"de-DE": 0.93, "en-GB": 0.07},
        "Berlin, Hamburg, Bayern, Sachsen, Hessen, Nordrhein-Westfalen, Bremen, Baden-Württemberg",
        "Jürgen, Käthe, Lukas, Anneliese, Björn, Sönke, Greta, Matthias, Heike, Jörg, Frieda, Emre, Ayşe, Torsten, "
        "Marlene, Günther, Lieselotte, Moritz, Hannah, Zeynep, Rüdiger, Mareike",
        "Müllenbach, Schäfer, Weißhaupt, Köhlmann, Brandt, Großkreuz, Yıldız, Petersen, Lindner, Böttcher, Kranz, "
        "Hölzl, Falkenau, Steinbrück, Oppermann, Vogt, Jansen, Rößler, Kaltenbach, von Ahlen",
    ),
    _home(
        "Europe/Paris",
        "FR",
        6,
        _BRITISH,
        "Île-de-France, Bretagne, Occitanie, Provence-Alpes-Côte d'Azur, Auvergne-Rhône-Alpes",
        "Chloé, Étienne, Margaux, Benoît, Maëlle, Léo, Françoise, Anaïs, Théo, Solène, Jérôme, Inès",
        "Lefèvre, Garnault, Dubreuil, Béranger, Rousselle, D'Arcy, Maçon, Thibaudeau, Châtelain, Benali, Le Goff",
    ),
    _home(
        "Europe/Madrid",
        "ES",
        4,
        _BRITISH,
        "Madrid, Cataluña, Andalucía, País Vasco, Galicia",
        "Íñigo, Lucía, José, Begoña, Álvaro, Nuria, Joaquín, Sofía, Martí, Ainhoa",
        "Ibáñez, Muñoz Rey, Castellar, Etxeberria, Núñez, Ferrándiz, Peñalver, Quintero, Solís",
    ),
    _home(
        "America/New_York",
        "US",
        8,
        _AMERICAN,
        "NY, MA, PA, NJ, FL, GA, NC, VT",
        "Madison, Tyrell, Grace, Noah, Rosa, Ezekiel, Hannah, Malik, Josephine, Dmitri, Renée, Walter, Imani, Caleb",
        "Abernathy, Castellano, Delacroix, Feinberg, Greenwood, Harlan, Jefferies, Kessler, Monroe, Okonjo, Park, Ruiz",
    ),
    _home(
        "America/Los_Angeles",
        "US",
        5,
        _AMERICAN,
        "CA, WA, OR, NV",
        "Skyler, Xiomara, Brandon, Mei, Kai, Guadalupe, Ethan, Leilani, Raúl, Jasmine, Tuấn, Harper",
        "Alvarado, Brightwater, Chen, Fontaine, Nakagawa, Nguyễn, Peña, Sandoval, Thornbury, Whitaker, Zamora",
    ),
    _home(
        "Asia/Kolkata",
        "IN",
        4,
        _BRITISH,
        "Karnataka, Maharashtra, Delhi, Tamil Nadu, West Bengal, Kerala",
        "Aarav, Diya, Rohan, Meera, Kabir, Ishita, Arjun, Lakshmi, Vikram, Nandini, अनन्या",
        "Banerjee, Deshmukh, Iyer, Kulkarni, Menon, Nair, Rao, Sengupta, Thakur, Varma, शर्मा",
    ),
    _home(
        "Asia/Tokyo",
        "JP",
        3,
        _AMERICAN,
        "Tōkyō, Ōsaka, Kyōto, Hokkaidō",
        "Yūko, Haruto, Sakura, Ren, Aoi, Kōji, Mitsuki, Shō, 陽子, 健太",
        "Satō, Itō, Takahashi, Kobayashi, Ōno, Fujiwara, Mori, 山田, 中村",
    ),
    _home(
        "Australia/Sydney",
        "AU",
        4,
        _BRITISH,
        "NSW, VIC, ACT, TAS",
        "Lachlan, Matilda, Cooper, Ruby, Jarrah, Bronwyn, Declan, Georgia, Xanthe, Minh",
        "Bannister, Carmody, Doolan, Farrugia, Hargreaves, Kirby, McAllister, Papadakis, Wattle, Yarwood",
    ),
    _home(
        "Pacific/Auckland",
        "NZ",
        2,
        _BRITISH,
        "Auckland, Wellington, Canterbury, Otago",
        "Aroha, Wiremu, Tāne, Ngaire, Fergus, Hēmi, Kiri, Bridget",
        "Tūhoe, Parātene, Sinclair, Rangi, Whānau-Hill, McKenzie, Fraser",
    ),
    _home(
        "Africa/Lagos",
        "NG",
        3,
        _BRITISH,
        "Lagos, Ogun, Oyo, Rivers",
        "Adébáyọ̀, Ngozi, Chidi, Fọlákẹ́, Emeka, Amara, Túndé, Ìfẹ́, Kelechi",
        "Adéyẹmí, Eze, Balógun, Nwosu, Ọ̀ṣun, Okoro, Danladi, Bello",
    ),
    _home(
        "America/Sao_Paulo",
        "BR",
        2,
        _AMERICAN,
        "SP, RJ, MG, PR",
        "João, Conceição, Thiago, Luísa, Vinícius, Antônia, Caio, Beatriz",
        "Gonçalves, Magalhães, Araújo, Brandão, Falcão, Teixeira, Assunção",
    ),
)
