//! Invented people from many places, with an address for each. No name means anybody.

/// Given and family names that go together.
const PLACES: &[(&[&str], &[&str])] = &[
    (
        &["Anneke", "Jonas", "Lena", "Matthias", "Wiebke", "Tobias", "Zoë", "Jürgen"],
        &["Brandt", "Vogelsang", "Lüders", "Petersen", "Krüger", "Hansen", "Overbeck", "Sievers"],
    ),
    (
        &["Inês", "Rui", "Beatriz", "Tiago", "Marta", "Nuno", "Lídia", "Gonçalo"],
        &["Carvalho", "Teixeira", "Moreira", "Antunes", "Pacheco", "Vieira", "Queirós", "Barros"],
    ),
    (
        &["Agnieszka", "Łukasz", "Zofia", "Marek", "Kinga", "Paweł", "Hanna", "Tomasz"],
        &["Nowicka", "Zieliński", "Wrona", "Sobczak", "Lis", "Górska", "Malinowski", "Dudek"],
    ),
    (
        &["Chiamaka", "Tunde", "Ngozi", "Emeka", "Folake", "Obinna", "Yetunde", "Ifeanyi"],
        &["Okafor", "Adeyemi", "Balogun", "Eze", "Nwosu", "Ogunleye", "Abiola", "Chukwu"],
    ),
    (
        &["Priya", "Arjun", "Meera", "Karthik", "Ananya", "Rohan", "Lakshmi", "Vikram"],
        &["Raghunathan", "Iyer", "Deshpande", "Kulkarni", "Menon", "Bhatt", "Chatterjee", "Reddy"],
    ),
    (
        &["Grace", "Malik", "Hannah", "Devon", "Caroline", "Marcus", "Abigail", "Theo"],
        &["Whitfield", "Langley", "Okoro-Hill", "Pemberton", "Ashworth", "Delgado", "Fairchild", "Mercer"],
    ),
    (
        &["Luciana", "Caio", "Renata", "Thiago", "Camila", "Otávio", "Júlia", "Rafael"],
        &["Figueiredo", "Nogueira", "Sampaio", "Azevedo", "Duarte", "Peixoto", "Brandão", "Siqueira"],
    ),
    (
        &["Leyla", "Emre", "Defne", "Kerem", "Elif", "Baran", "Nazlı", "Ozan"],
        &["Yıldırım", "Aksoy", "Demirel", "Koç", "Şahin", "Erdoğmuş", "Tuncer", "Polat"],
    ),
    (
        &["Thu", "Minh", "Lan", "Quang", "Hương", "Khoa", "Mai", "Bao"],
        &["Nguyễn", "Trần", "Phạm", "Võ", "Đặng", "Bùi", "Lương", "Hồ"],
    ),
    (
        &["Noor", "Samir", "Yasmin", "Karim", "Rania", "Tariq", "Salma", "Idris"],
        &["Haddad", "Mansour", "El-Amin", "Khoury", "Benali", "Farouk", "Zaidi", "Nasser"],
    ),
    (
        &["Haruka", "Kenji", "Aoi", "Daichi", "Mio", "Sota", "Yuki", "Ren"],
        &["Fujimoto", "Okada", "Nishimura", "Hayashi", "Kuroda", "Ishii", "Morita", "Takeda"],
    ),
    (
        &["Saoirse", "Cormac", "Niamh", "Declan", "Aoife", "Eoin", "Róisín", "Finn"],
        &["Gallagher", "O'Dwyer", "Brennan", "Kinsella", "Moran", "Quigley", "Tierney", "Hanlon"],
    ),
];

/// The name and the part of the address before the `@` of the person with this number. Names go round the places; whoever comes
/// after all of them gets a number into the address.
pub(super) fn person(number: usize, seed: u64) -> (String, String) {
    let places = PLACES.len();
    let turn = number / places;
    let (given, families) = PLACES[(number + seed as usize % places) % places];
    let shift = (seed >> 8) as usize % 8;
    let first = given[(turn * 3 + shift + number) % given.len()];
    let other = PLACES[(number + turn / 64 * 5 + seed as usize % places) % places].1;
    let families = if turn < 64 { families } else { other };
    let last = families[(turn / 8 + turn + shift * 3) % families.len()];
    let login = format!("{}.{}", plain(first), plain(last));
    (format!("{first} {last}"), login)
}

/// The name in the letters of an address.
fn plain(name: &str) -> String {
    name.to_lowercase().chars().filter_map(plain_letter).collect()
}

fn plain_letter(letter: char) -> Option<char> {
    Some(match letter {
        'a'..='z' | '-' => letter,
        'ë' | 'ê' | 'é' | 'ễ' => 'e',
        'ü' | 'ù' | 'ú' | 'ư' | 'ơ' if letter != 'ơ' => 'u',
        'ö' | 'ó' | 'õ' | 'ồ' | 'ơ' => 'o',
        'í' | 'ı' => 'i',
        'á' | 'ã' | 'ầ' | 'ạ' | 'ặ' | 'ă' => 'a',
        'ł' => 'l',
        'ń' => 'n',
        'ç' => 'c',
        'ş' => 's',
        'ğ' => 'g',
        'đ' => 'd',
        _ => return None,
    })
}
