//! The made-up people and words of a demo. Nobody here is anybody.

/// The training officer, who also supervises.
pub const OFFICER: &str = "Tilly Officer";
/// The supervisors.
pub const SUPERVISORS: [&str; 12] = [
    "Sam Supervisor",
    "Priya Sudbury",
    "Tom Sumner",
    "Grace Okoro",
    "Iwan Pritchard",
    "Lena Fischer",
    "Marek Nowak",
    "Aoife Brennan",
    "Yusuf Demir",
    "Chloé Martin",
    "Anil Kapoor",
    "Nora Lindqvist",
];
/// The trainee that the demo opens on.
pub const FIRST_TRAINEE: &str = "Alex Trainee";
/// First names.
pub const FIRST: [&str; 40] = [
    "Amina", "Ben", "Carys", "Dev", "Ella", "Femi", "Gwen", "Hugo", "Isla", "Jamal", "Katya", "Liam", "Mei", "Noah",
    "Orla", "Pavel", "Quinn", "Rosa", "Sanjay", "Tara", "Umar", "Vera", "Will", "Xanthe", "Yara", "Zack", "Anya",
    "Bryn", "Cleo", "Dylan", "Esme", "Finn", "Greta", "Hana", "Ivo", "Joan", "Kofi", "Lucia", "Milo", "Nia",
];
/// Family names.
pub const LAST: [&str; 30] = [
    "Hawthorn", "Pear", "Beech", "Laurel", "Olive", "Birch", "Maple", "Hornbeam", "Poplar", "Elder", "Elm", "Hazel",
    "Alder", "Juniper", "Rowan", "Spruce", "Aspen", "Oak", "Linden", "Cedar", "Pine", "Larch", "Lime", "Ash", "Plane",
    "Cherry", "Holly", "Fir", "Willow", "Yew",
];
/// Specialisms.
pub const SPECIALISMS: [&str; 5] =
    ["cardiology", "audiology", "respiratory physiology", "neurophysiology", "clinical engineering"];
/// Where things are seen.
pub const PLACES: [&str; 6] = ["echo lab", "clinic 3", "ward 7", "workshop", "hearing clinic", "lung function lab"];
/// What is said of something done well.
pub const WELL: [&str; 10] = [
    "Calm and clear throughout; explained each step before doing it.",
    "Led the Q4 audit end to end; sample size justified well.",
    "Recognised the artefact at once and repeated the recording.",
    "Kept to the procedure without prompting.",
    "Good rapport; checked that the explanation was understood.",
    "Documentation complete and legible, signed the same day.",
    "Asked for a second opinion at the right moment.",
    "Set up, calibrated and recorded the checks independently.",
    "Gave constructive feedback to a new starter.",
    "Thoughtful reflection on what to change next time.",
];
/// What is said of something not yet done well, and what to do next.
pub const NOT_YET: [(&str, &str); 5] = [
    ("Sample size not justified.", "Repeat on the next quarter's data"),
    ("Calibration record was incomplete.", "Complete two more under supervision"),
    ("Consent was recorded after the test, not before.", "Read the consent policy and show three more"),
    ("Findings shared with too much jargon.", "Practise with a colleague, then present again"),
    ("Risk assessment missed the trailing cable.", "Repeat in another room with the checklist"),
];
