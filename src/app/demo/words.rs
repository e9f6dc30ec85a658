//! Lists the made-up names and phrases of a demo.

pub const OFFICER: &str = "Tilly Officer";
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
/// The trainee the demo opens on.
pub const FIRST_TRAINEE: &str = "Alex Trainee";
/// The training provider's tutor, who attends reviews.
pub const TUTOR: &str = "Ruth Tutor";
/// The verifier, who samples sign-offs.
pub const VERIFIER: &str = "Vera Verifier";
pub const FIRST: [&str; 40] = [
    "Amina", "Ben", "Carys", "Dev", "Ella", "Femi", "Gwen", "Hugo", "Isla", "Jamal", "Katya", "Liam", "Mei", "Noah",
    "Orla", "Pavel", "Quinn", "Rosa", "Sanjay", "Tara", "Umar", "Vera", "Will", "Xanthe", "Yara", "Zack", "Anya",
    "Bryn", "Cleo", "Dylan", "Esme", "Finn", "Greta", "Hana", "Ivo", "Joan", "Kofi", "Lucia", "Milo", "Nia",
];
pub const LAST: [&str; 30] = [
    "Hawthorn", "Pear", "Beech", "Laurel", "Olive", "Birch", "Maple", "Hornbeam", "Poplar", "Elder", "Elm", "Hazel",
    "Alder", "Juniper", "Rowan", "Spruce", "Aspen", "Oak", "Linden", "Cedar", "Pine", "Larch", "Lime", "Ash", "Plane",
    "Cherry", "Holly", "Fir", "Willow", "Yew",
];
pub const SPECIALISMS: [&str; 5] =
    ["cardiology", "audiology", "respiratory physiology", "neurophysiology", "clinical engineering"];
/// Where observations take place.
pub const PLACES: [&str; 6] = ["echo lab", "clinic 3", "ward 7", "workshop", "hearing clinic", "lung function lab"];
/// Comments on an achieved outcome.
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
/// Comments on an outcome not yet achieved, with the next action.
pub const NOT_YET: [(&str, &str); 5] = [
    ("Sample size not justified.", "Repeat on the next quarter's data"),
    ("Calibration record was incomplete.", "Complete two more under supervision"),
    ("Consent was recorded after the test, not before.", "Read the consent policy and show three more"),
    ("Findings shared with too much jargon.", "Practise with a colleague, then present again"),
    ("Risk assessment missed the trailing cable.", "Repeat in another room with the checklist"),
];
/// Discussion notes of progress reviews.
pub const DISCUSSED: [&str; 6] = [
    "Last actions done. Evidence read together; the plan to the gateway holds.",
    "Clinic was short of staff and two sessions fell out; both are booked again.",
    "Good progress with skills; knowledge items are next, with the tutor's reading list.",
    "Confidence with patients has grown. Record keeping is complete and on time.",
    "The audit is under way. Time for writing is agreed with the rota.",
    "Slippage in duty 2 was looked at: more time on the equipment, fewer late clinics.",
];
/// Outcomes of the last actions.
pub const DONE: [&str; 3] = [
    "All actions are done. Simulation and debrief day attended.",
    "One action is done, the other was carried over.",
    "Done as agreed; two training sessions since the last review.",
];
/// Notes on the training evidence seen.
pub const READ: [&str; 3] = [
    "Entries since the last review read together.",
    "Four entries since the last review. Two need a supervisor.",
    "Certificates of two courses were shown.",
];
/// Changes to the plan.
pub const CHANGES: [&str; 2] =
    ["The rotation to the hearing clinic comes first.", "Two weeks in the workshop were moved to the spring."];
/// Actions agreed in reviews.
pub const AGREED: [&str; 6] = [
    "Book two sessions in the workshop",
    "Write the reflection on the home visit",
    "Shadow the on-call colleague for a day",
    "Bring the audit figures to the next meeting",
    "Claim what was seen in clinic last month",
    "Ask for feedback from three colleagues",
];
/// Descriptions of off-the-job learning.
pub const LEARNT: [&str; 8] = [
    "University day",
    "Teaching session and seminar",
    "E-learning: information governance",
    "Writing up the audit",
    "Workshop on equipment testing",
    "Shadowing in another department",
    "Reading for the module on anatomy",
    "Simulation and debrief",
];
/// Trainees' reflections in claims.
pub const REFLECTIONS: [&str; 6] = [
    "I did this on my own from the request to the report.\n\nNext time I would check the leads before the person sits down.",
    "I led this with a colleague beside me. What went well: the explanation. What I would change: the order of the checks.",
    "The recording was poor at first; I found the cause and repeated it. I have written down what I looked for.",
    "I presented the findings to the team and answered questions. Two changes were agreed and are in use.",
    "I was nervous and it showed less than I feared. I asked for help once, early enough.",
    "I have now done this on three days, in two rooms, and with all the kinds of request that we get.",
];
/// Names and titles of evidence files.
pub const PAPERS: [(&str, &str); 6] = [
    ("audit-q4.pdf", "Audit of the fourth quarter"),
    ("calibration-record.pdf", "Calibration record"),
    ("reflective-log.txt", "Reflective log"),
    ("feedback-from-clinic.pdf", "Feedback from clinic"),
    ("risk-assessment.pdf", "Risk assessment, room 4"),
    ("teaching-plan.txt", "Teaching plan"),
];
