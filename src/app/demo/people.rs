//! Lists the made-up people of the demo department and their progress, in months and days before the day it is opened.

/// The programme that a trainee is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Programme {
    Practitioner,
    Associate,
    Assistant,
}

impl Programme {
    /// All programmes, in the order in which their standards are adopted.
    pub const ALL: [Self; 3] = [Self::Practitioner, Self::Associate, Self::Assistant];

    /// Returns the slug of the career framework level it leads to.
    pub fn level(self) -> &'static str {
        match self {
            Self::Practitioner => "practitioner",
            Self::Associate => "associate",
            Self::Assistant => "assistant",
        }
    }
}

/// The state of a trainee's progress reviews.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reviews {
    /// All on time and signed by everyone.
    Kept,
    /// The next one is overdue by this many days.
    Late(i64),
    /// The last one is not signed by the trainee.
    Unsigned,
}

/// A waiting claim.
#[derive(Debug, Clone, Copy)]
pub struct WaitingClaim {
    /// How many days it has waited.
    pub days: i64,
    /// The index of the supervisor asked; `None` for anyone.
    pub of: Option<usize>,
    pub ksbs: usize,
    /// Whether a file is attached.
    pub file: bool,
}

const fn ask(days: i64, of: Option<usize>, ksbs: usize, file: bool) -> WaitingClaim {
    WaitingClaim { days, of, ksbs, file }
}

/// A trainee.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    pub name: &'static str,
    pub on: Programme,
    /// Time since the start: whole months, and days beyond them.
    pub since: (u32, u64),
    /// KSBs signed beyond those expected by now; negative if behind.
    pub ahead: i32,
    pub specialism: &'static str,
    /// Indexes of their supervisors; the first attends reviews for the employer.
    pub under: &'static [usize],
    /// KSBs that were *not achieved* when they were seen last.
    pub not_yet: usize,
    /// KSBs overdue for reassessment, and those due within 30 days.
    pub again: (usize, usize),
    pub reviews: Reviews,
    /// Off-the-job hours entered, as a percentage of those expected.
    pub hours: u64,
    /// A pause: days since it began, and since it ended, if it has.
    pub pause: Option<(i64, Option<i64>)>,
    /// Days since they left.
    pub left: Option<i64>,
    /// Whether they finished the assistant's standard before this one.
    pub moved: bool,
    /// Whether only the provider's confirmation is missing for the gateway.
    pub ready: bool,
    pub asks: &'static [WaitingClaim],
}

const fn on(
    on: Programme,
    name: &'static str,
    since: (u32, u64),
    ahead: i32,
    specialism: &'static str,
    under: &'static [usize],
) -> Member {
    Member {
        name,
        on,
        since,
        ahead,
        specialism,
        under,
        not_yet: 0,
        again: (0, 0),
        reviews: Reviews::Kept,
        hours: 100,
        pause: None,
        left: None,
        moved: false,
        ready: false,
        asks: &[],
    }
}

impl Member {
    const fn not_yet(self, not_yet: usize) -> Self {
        Self { not_yet, ..self }
    }

    const fn again(self, lapsed: usize, renew: usize) -> Self {
        Self { again: (lapsed, renew), ..self }
    }

    const fn reviews(self, reviews: Reviews) -> Self {
        Self { reviews, ..self }
    }

    const fn hours(self, hours: u64) -> Self {
        Self { hours, ..self }
    }

    const fn paused(self, from: i64, back: Option<i64>) -> Self {
        Self { pause: Some((from, back)), ..self }
    }

    const fn asks(self, asks: &'static [WaitingClaim]) -> Self {
        Self { asks, ..self }
    }
}

const P: Programme = Programme::Practitioner;
const A: Programme = Programme::Associate;
const H: Programme = Programme::Assistant;

const CARDIOLOGY: &str = "cardiology";
const NEURO: &str = "neurophysiology";
const LUNGS: &str = "respiratory physiology";
const HEARING: &str = "audiology";
const ENGINEERING: &str = "clinical engineering";
const VESSELS: &str = "vascular science";

/// The trainees; the demo opens on the first.
pub const TRAINEES: [Member; 42] = [
    on(P, "Alex Trainee", (21, 9), 3, CARDIOLOGY, &[0])
        .not_yet(2)
        .hours(96)
        .asks(&[ask(3, Some(0), 2, true), ask(12, None, 1, false)]),
    on(P, "Amina Hawthorn", (9, 4), 2, NEURO, &[1]).asks(&[ask(6, Some(1), 1, true)]),
    on(P, "Ben Hawthorn", (9, 4), -3, CARDIOLOGY, &[0]).not_yet(1).asks(&[ask(19, Some(0), 2, false)]),
    on(P, "Marian Reed", (14, 12), 0, HEARING, &[3]),
    on(P, "Marion Reed", (14, 12), -6, LUNGS, &[2]).not_yet(1).reviews(Reviews::Late(9)).hours(71),
    on(A, "Stephen Clark", (11, 6), 1, CARDIOLOGY, &[0, 5]),
    on(P, "Stephen Clarke", (18, 3), -2, ENGINEERING, &[4]).asks(&[ask(2, Some(4), 3, true)]),
    on(P, "Zoë Ångström", (6, 15), 1, NEURO, &[6]),
    on(P, "Siân Llywelyn-Pritchard-Jones", (23, 6), 3, CARDIOLOGY, &[5]).hours(110),
    on(A, "Łukasz Wójcik", (17, 8), -2, HEARING, &[3]).asks(&[ask(9, None, 1, true)]),
    on(P, "Nguyễn Thị Minh Khai", (12, 5), 4, LUNGS, &[2]),
    on(P, "Maximiliana Theodora Papadopoulos-Featherstonehaugh", (16, 7), -1, VESSELS, &[5]),
    on(P, "Niamh O'Rourke", (3, 10), 0, CARDIOLOGY, &[0]).asks(&[ask(1, None, 2, false)]),
    on(A, "Anneke van der Berg", (8, 3), 2, NEURO, &[1]),
    on(P, "José Luis Fernández Iglesias", (24, 10), -4, CARDIOLOGY, &[5]).again(0, 3).not_yet(1).asks(&[ask(
        5,
        Some(5),
        1,
        true,
    )]),
    on(P, "Oluwaseun Adébáyọ̀", (24, 12), 2, ENGINEERING, &[4]).again(0, 2).hours(104),
    on(P, "Fionnuala Ní Dhomhnaill", (19, 9), -21, LUNGS, &[2, 6])
        .not_yet(3)
        .reviews(Reviews::Late(33))
        .hours(45)
        .asks(&[ask(15, Some(2), 1, false)]),
    on(P, "Dev Patel", (2, 8), 0, HEARING, &[3]),
    on(P, "Dev Patil", (5, 5), -1, CARDIOLOGY, &[0]).not_yet(1),
    on(H, "Carys Beech", (7, 4), 1, CARDIOLOGY, &[5]),
    on(H, "Ella Birch", (3, 6), 0, HEARING, &[3]),
    on(H, "Femi Laurel", (10, 9), -3, NEURO, &[6]).not_yet(1).reviews(Reviews::Unsigned).hours(80),
    on(H, "Gwen Maple", (12, 9), 0, ENGINEERING, &[4]).reviews(Reviews::Unsigned).hours(88),
    Member { ready: true, ..on(A, "Rosa Juniper", (24, 8), 0, CARDIOLOGY, &[0]).hours(112) },
    on(A, "Jamal Elm", (29, 11), -4, VESSELS, &[5]).again(2, 0).hours(83).asks(&[ask(22, None, 1, false)]),
    on(A, "Katya Hazel", (33, 5), -2, NEURO, &[1]).again(1, 1).paused(500, Some(330)).hours(90),
    on(P, "Liam Alder", (22, 4), 6, CARDIOLOGY, &[0]).hours(108),
    on(P, "Mei Rowan", (15, 6), 1, HEARING, &[3]).paused(70, None),
    on(P, "Noah Spruce", (20, 5), -1, LUNGS, &[2]).paused(330, Some(150)),
    Member { left: Some(40), ..on(P, "Orla Aspen", (13, 8), -5, ENGINEERING, &[4]).hours(85) },
    Member { moved: true, ..on(A, "Pavel Linden", (12, 6), 1, CARDIOLOGY, &[5]) },
    on(P, "Quinn Cedar", (8, 3), 0, LUNGS, &[2]).reviews(Reviews::Late(4)),
    on(P, "Sanjay Pine", (11, 7), -5, NEURO, &[6, 1]).not_yet(2).reviews(Reviews::Unsigned).hours(78),
    on(P, "Tara Larch", (1, 3), -2, CARDIOLOGY, &[0]),
    on(P, "Umar Lime", (17, 6), 8, HEARING, &[3]).hours(106),
    on(A, "Wilhelmina Ash", (4, 4), 0, LUNGS, &[2]),
    on(A, "Xanthe Cherry", (20, 9), -1, ENGINEERING, &[4]).asks(&[ask(47, Some(4), 2, true)]),
    on(P, "Yara Holly", (10, 5), 1, CARDIOLOGY, &[0]).asks(&[ask(4, None, 1, true)]),
    on(H, "Zack Willow", (5, 8), -2, NEURO, &[1]),
    on(P, "Anya Yew", (7, 7), -1, VESSELS, &[5]).asks(&[ask(8, Some(5), 2, false)]),
    on(H, "Bryn Olive", (11, 3), 0, LUNGS, &[2]),
    on(A, "Cleo Poplar", (14, 5), 3, HEARING, &[3]).asks(&[ask(10, Some(3), 1, true)]),
];
