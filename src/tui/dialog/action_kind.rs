//! Defines the fields of each action's dialog, its meaning in words, and how its fields become an action.

use crate::dialog::claim::ClaimForm;
use crate::dialog::event::DialogEvent;
use crate::dialog::form::{Field, FieldKind, Form, Options, Read, Requiredness, number, optional, required, text};
use crate::dialog::office::OfficeForm;
use crate::dialog::review::Meeting;
use crate::dialog::sign_off::{self, SignOffForm};
use crate::msg::Draft;
use crate::msg::acts::{Action, AnswerSubject};
use crate::widget::text_input::{LineMode, TextInput};
use countersign_core::people::person::Role;
use countersign_core::primitives::date::long_day;
use countersign_core::primitives::ids::{KsbCode, PersonId, StatementId, ValueFault};
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::hours::QuarterHours;
use countersign_core::standard::about::Assessment;
use countersign_core::statement::kinds::countersign::MEANING_COUNTERSIGN;
use countersign_core::statement::kinds::hours::MEANING_HOURS;
use countersign_core::statement::kinds::requirement::{ENGLISH_MATHS, RequirementId, RequirementOutcome};
use countersign_core::statement::kinds::review::Party;
use countersign_core::statement::kinds::sample::Sampled;

/// An action that a dialog asks for, with its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionKind {
    SignOff(Box<SignOffForm>),
    Claim(Box<ClaimForm>),
    Countersign(Vec<StatementId>),
    Sample(StatementId),
    Draw,
    ConfirmHours(Vec<StatementId>),
    EnterHours,
    /// The requirements that can be recorded (short name and words), and the index of the selected one.
    Requirement(Vec<(String, String)>, usize),
    /// The selected party, and the wording of the standard's assessment plan.
    Confirm(Party, Assessment),
    Acknowledge(StatementId, AnswerSubject),
    Dispute(StatementId, AnswerSubject),
    Withdraw(Box<Withdrawal>),
    Review(Box<Meeting>),
    /// A task of a training officer.
    Office(Box<OfficeForm>),
}

/// Statements to withdraw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    pub ids: Vec<StatementId>,
    pub verb: &'static str,
    pub meaning: String,
    /// Initial reason.
    pub reason: &'static str,
    /// The message once they are withdrawn.
    pub said: String,
}

/// Outcomes of a requirement.
const MET: [(&str, &str); 2] = [("met", "met"), ("waived", "waived: not required of them")];
/// Outcomes of English and maths, which the employer decides on for people aged 19 or over.
const DECIDED: [(&str, &str); 4] = [
    ("met", "met"),
    ("waived", "waived: not required of them"),
    ("included", "included by the employer"),
    ("declined", "declined by the employer"),
];

impl ActionKind {
    /// Returns the dialog's name in drafts.
    pub fn name(&self) -> &'static str {
        match self {
            // A sign-off is for others, a claim is one's own: the two never share a draft.
            Self::SignOff(_) | Self::Claim(_) => "",
            Self::Countersign(_) => "countersign",
            Self::Sample(_) => "sample",
            Self::Draw => "draw",
            Self::ConfirmHours(_) => "confirm-hours",
            Self::EnterHours => "hours",
            Self::Requirement(..) => "requirement",
            Self::Confirm(..) => "confirm",
            Self::Acknowledge(..) => "acknowledge",
            Self::Dispute(..) => "dispute",
            Self::Withdraw(_) => "withdraw",
            Self::Review(_) => "review",
            Self::Office(office) => office.data.task.name(),
        }
    }

    /// Returns what a draft belongs to; empty if it is for any subject.
    pub fn target(&self, form: &Form) -> String {
        let ids = |ids: &[StatementId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        match self {
            Self::SignOff(of) => of.target(form),
            Self::Claim(claim) => claim.target(),
            Self::Countersign(of) | Self::ConfirmHours(of) => ids(of),
            Self::Withdraw(withdrawal) => ids(&withdrawal.ids),
            Self::Sample(of) | Self::Acknowledge(of, _) | Self::Dispute(of, _) => of.to_string(),
            Self::Requirement(all, meant) => all.get(*meant).map(|(id, _)| id.clone()).unwrap_or_default(),
            Self::Confirm(party, _) => party.slug().to_owned(),
            Self::Draw | Self::EnterHours | Self::Review(_) | Self::Office(_) => String::new(),
        }
    }

    /// Returns what the fields begin with, other than their usual values.
    pub fn defaults(&self) -> Draft {
        match self {
            Self::SignOff(of) => of.defaults(),
            _ => Draft::new(),
        }
    }

    /// Returns the field whose value alone makes no draft: the key that opened the dialog chose it, or it is only whom to ask.
    pub fn chosen_by_key(&self) -> &'static str {
        match self {
            Self::SignOff(_) => "outcome",
            Self::Claim(_) => "of",
            _ => "",
        }
    }

    /// Says `today` of the day of a sign-off that is today's.
    pub fn restored(&self, form: &mut Form) {
        if matches!(self, Self::SignOff(_)) && form.day("seen") == Ok(form.today) {
            form.restore(&vec![("seen".to_owned(), "today".to_owned())]);
        }
    }

    /// Returns what shows again what this dialog was opened from: Esc goes back to it.
    pub fn back(&self) -> Option<DialogEvent> {
        match self {
            Self::SignOff(of) => of.group.clone().map(DialogEvent::Group),
            Self::Office(office) => {
                let roster = office.data.roster.clone().map(DialogEvent::Roster);
                roster.or_else(|| office.data.records.clone().map(DialogEvent::Records))
            }
            _ => None,
        }
    }

    /// Returns the message for a missing secret, if it is not the signer's own.
    pub fn wanted(&self) -> Option<&'static str> {
        matches!(self, Self::Claim(_)).then_some("Type the trainee's own passphrase, then Enter")
    }

    /// Returns the role that signs, if it is a single one other than supervisor.
    pub fn role(&self) -> Option<Role> {
        match self {
            Self::Sample(_) | Self::Draw => Some(Role::Verifier),
            Self::Requirement(..) => Some(Role::TrainingOfficer),
            Self::Office(office) => office.role(),
            _ => None,
        }
    }

    /// Returns what Enter does, for the line of keys.
    pub fn verb(&self, items: usize, form: &Form) -> String {
        match self {
            Self::SignOff(of) => of.verb(form),
            Self::Claim(claim) => format!("claim {}", claim.items.len()),
            Self::Countersign(_) => format!("countersign {items}"),
            Self::Sample(_) | Self::Requirement(..) | Self::Review(_) => "sign".to_owned(),
            Self::Draw => "draw".to_owned(),
            Self::ConfirmHours(_) => format!("confirm {items}"),
            Self::EnterHours => "add".to_owned(),
            Self::Confirm(..) => "confirm".to_owned(),
            Self::Acknowledge(..) => "acknowledge".to_owned(),
            Self::Dispute(..) => "dispute".to_owned(),
            Self::Withdraw(withdrawal) => withdrawal.verb.to_owned(),
            Self::Office(office) => office.verb().to_owned(),
        }
    }

    /// Returns the letters of the fields and what they do, for the line of keys; none if no field has a letter.
    pub fn letters(&self, form: &Form) -> Option<(&'static str, &'static str)> {
        match self {
            Self::SignOff(of) => Some((of.letters(form), "change a field")),
            Self::Withdraw(_) | Self::Dispute(..) => Some(("r", "change the reason")),
            Self::Sample(_) => Some(("o r", "change a field")),
            Self::Requirement(..) => Some(("q o r", "change a field")),
            Self::Confirm(..) => Some(("f", "change for whom")),
            Self::Claim(_)
            | Self::Countersign(_)
            | Self::Draw
            | Self::ConfirmHours(_)
            | Self::EnterHours
            | Self::Acknowledge(..)
            | Self::Review(_)
            | Self::Office(_) => None,
        }
    }

    /// Returns the fields in Tab order, without the secret.
    pub fn fields(&self) -> Vec<Field> {
        let lines = |name, label| Field::new(name, label, text(LineMode::Lines));
        let line = |name, label| Field::new(name, label, text(LineMode::Line));
        let required = |field: Field| Field { need: Requiredness::Required, ..field };
        let radio = |name, label, options: Options| Field::new(name, label, FieldKind::Radio(options));
        match self {
            Self::SignOff(_) => sign_off::fields(),
            Self::Claim(claim) => claim.fields(),
            Self::Countersign(_) | Self::ConfirmHours(_) | Self::Acknowledge(..) => Vec::new(),
            Self::Sample(_) => {
                let outcomes = [("accepted", "accept"), ("rejected", "reject")];
                vec![radio("outcome", "Outcome", Options::new(outcomes)).by('o'), lines("reason", "Reason").by('r')]
            }
            Self::Draw => vec![
                required(Field::new("most", "How many", FieldKind::Text(TextInput::new(LineMode::Line, "10")))),
                line("seed", "Seed"),
                line("from", "Only those"),
            ],
            Self::EnterHours => vec![
                Field::new("day", "Day", FieldKind::Day(TextInput::new(LineMode::Line, "today"))),
                required(line("hours", "Hours")),
                required(line("what", "What")),
                line("ksbs", "KSBs"),
            ],
            Self::Requirement(all, chosen) => {
                let mut options = Options::new(all.iter().cloned());
                options.chosen = *chosen;
                vec![
                    Field::new("requirement", "Requirement", FieldKind::Cycle(options)).by('q'),
                    radio("outcome", "Recorded as", Options::new(MET)).by('o'),
                    required(lines("reason", "Shown by")).by('r'),
                ]
            }
            Self::Confirm(party, _) => {
                let mut options = Options::new([("employer", "the employer"), ("provider", "the training provider")]);
                options.chosen = usize::from(*party == Party::Provider);
                vec![radio("party", "For", options).by('f')]
            }
            Self::Dispute(..) => vec![required(lines("reason", "Reason")).by('r')],
            Self::Withdraw(withdrawal) => {
                let reason = FieldKind::Text(TextInput::new(LineMode::Lines, withdrawal.reason));
                vec![required(Field::new("reason", "Reason", reason)).by('r')]
            }
            Self::Review(meeting) => meeting.fields(),
            Self::Office(office) => office.fields(),
        }
    }

    /// Returns what the signature means, given the current fields.
    pub fn meaning(&self, form: &Form) -> String {
        match self {
            Self::SignOff(_) => sign_off::meaning(form),
            Self::Claim(_) => "",
            Self::Countersign(_) => MEANING_COUNTERSIGN,
            Self::Sample(_) if form.value("outcome") == Sampled::Rejected.slug() => {
                "It no longer counts. The person who signed it is told, with this reason."
            }
            Self::Sample(_) => "You have checked this sign-off and its evidence, and you accept it.",
            Self::Draw => "Drawn at random, or from your seed. The seed is signed with each sample, so anyone can repeat the draw.",
            Self::ConfirmHours(_) => MEANING_HOURS,
            Self::EnterHours => "They count once a supervisor confirms them.",
            Self::Requirement(..) if form.value("outcome") == RequirementOutcome::Waived.slug() => {
                "You waive this, for the reason above."
            }
            Self::Requirement(..) if form.value("outcome") == RequirementOutcome::Included.slug() => {
                "The employer decided that English and maths are part of the programme. They are still to be met."
            }
            Self::Requirement(..) if form.value("outcome") == RequirementOutcome::Declined.slug() => {
                "The employer decided that English and maths are not part of the programme."
            }
            Self::Requirement(..) => "You record this as met.",
            Self::Confirm(_, assessment) => {
                let party = form.value("party").parse().unwrap_or(Party::Employer);
                assessment.meaning_of(party).unwrap_or_default()
            }
            Self::Acknowledge(..) => "You confirm that you have read this. Your signature is kept with the record.",
            Self::Dispute(_, AnswerSubject::Record) => {
                "You disagree. Your reason is signed and kept with the record, which counts as before."
            }
            Self::Dispute(_, AnswerSubject::Review) => {
                "You disagree. Your reason is signed and kept with the record. It still counts."
            }
            Self::Withdraw(withdrawal) => &withdrawal.meaning,
            Self::Office(office) => return office.meaning(form),
            Self::Review(_) => "You attended, and this is what was discussed and agreed. The others will sign after you.",
        }
        .to_owned()
    }

    /// Shows and requires fields according to the values of others.
    pub fn arrange(&mut self, form: &mut Form) {
        match self {
            Self::Sample(_) => {
                let rejected = form.value("outcome") == Sampled::Rejected.slug();
                form.change("reason", |field| {
                    field.need = if rejected { Requiredness::Required } else { Requiredness::Optional }
                });
            }
            Self::Requirement(..) => {
                let all = if form.value("requirement") == ENGLISH_MATHS { &DECIDED[..] } else { &MET[..] };
                let chosen = all.iter().position(|(slug, _)| *slug == form.value("outcome")).unwrap_or(0);
                form.change("outcome", |field| {
                    field.kind = FieldKind::Radio(Options { chosen, ..Options::new(all.iter().copied()) });
                });
                let met = form.value("outcome") == RequirementOutcome::Met.slug();
                form.change("reason", |field| field.label = if met { "Shown by" } else { "Why" });
            }
            Self::SignOff(of) => of.arrange(form),
            Self::Review(meeting) => meeting.arrange(form),
            Self::Office(office) => office.arrange(form),
            _ => {}
        }
    }

    /// Reads the fields into an action, or returns the first invalid field and why.
    pub fn action(&self, form: &Form, trainee: Option<&PersonId>) -> Read<Action> {
        let trainee = || trainee.cloned().ok_or_else(|| ("", "No trainee selected".to_owned()));
        Ok(match self {
            Self::SignOff(of) => of.signed(trainee()?, of.observation(form)?),
            Self::Claim(claim) => Action::Claim(Box::new(claim.claimed(form, trainee()?)?)),
            Self::Countersign(of) => Action::Countersign(of.clone()),
            Self::Sample(of) => {
                let outcome = form.value("outcome").parse().unwrap_or(Sampled::Rejected);
                let reason = match outcome {
                    Sampled::Rejected => Some(required(form, "reason", "Say why you reject it")?),
                    Sampled::Accepted => optional(form, "reason", SafeText::lines)?,
                };
                Action::Sample { of: *of, outcome, reason }
            }
            Self::Draw => Action::Draw {
                most: number(form, "most")?.ok_or_else(|| ("most", "Say how many, such as 10".to_owned()))?,
                seed: number(form, "seed")?,
                from: form.value("from").trim().to_owned(),
            },
            Self::ConfirmHours(entries) => Action::ConfirmHours { trainee: trainee()?, entries: entries.clone() },
            Self::EnterHours => entered(form, trainee()?)?,
            Self::Requirement(..) => {
                let fault = |name| move |fault: ValueFault| (name, fault.to_string());
                let requirement: RequirementId = form.value("requirement").parse().map_err(fault("requirement"))?;
                let outcome = form.value("outcome").parse().map_err(fault("outcome"))?;
                let wanted = match outcome {
                    RequirementOutcome::Met => "Say what shows it, such as a certificate that you saw, with its date",
                    RequirementOutcome::Waived => "Say why it is not required of them",
                    RequirementOutcome::Included | RequirementOutcome::Declined => {
                        "Say why the employer decided this, and who decided"
                    }
                };
                Action::Requirement {
                    trainee: trainee()?,
                    requirement,
                    outcome,
                    reason: required(form, "reason", wanted)?,
                }
            }
            Self::Confirm(..) => {
                let party = form.value("party").parse().unwrap_or(Party::Employer);
                Action::Confirm { trainee: trainee()?, party }
            }
            Self::Acknowledge(of, subject) => Action::Answer { of: *of, subject: *subject, reason: None },
            Self::Dispute(of, subject) => {
                let reason = required(form, "reason", "Say what you disagree with")?;
                Action::Answer { of: *of, subject: *subject, reason: Some(reason) }
            }
            Self::Withdraw(withdrawal) => {
                let reason = required(form, "reason", "Say why it no longer counts")?;
                Action::Withdraw { of: withdrawal.ids.clone(), reason, said: withdrawal.said.clone() }
            }
            Self::Review(meeting) => Action::Review(Box::new(meeting.held(form, trainee()?)?)),
            Self::Office(office) => Action::Office(office.action(form)?),
        })
    }
}

fn entered(form: &Form, trainee: PersonId) -> Read<Action> {
    let day = form.day("day").map_err(|fault| ("day", fault))?;
    if day > form.today {
        return Err(("day", format!("{} is in the future. Enter hours once they have been done", long_day(day))));
    }
    if form.value("hours").trim().is_empty() {
        return Err(("hours", "Say how many: 3, 3.5 or 0:45".to_owned()));
    }
    let hours: QuarterHours = form.value("hours").parse().map_err(|fault: ValueFault| ("hours", fault.to_string()))?;
    let what =
        optional(form, "what", SafeText::line)?.ok_or_else(|| ("what", "Say what was done, in a line".to_owned()))?;
    let codes = form.value("ksbs").replace(',', " ");
    let codes =
        codes.split_whitespace().map(|code| code.parse::<KsbCode>().map_err(|fault| ("ksbs", fault.to_string())));
    Ok(Action::EnterHours { trainee, day, hours, what, codes: codes.collect::<Read<_>>()? })
}
