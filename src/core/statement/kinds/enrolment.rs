//! Enrols a trainee on a standard, or records a break in learning.

use crate::people::break_in_learning::BreakPeriod;
use crate::people::person::{Enrolment, PersonRef};
use crate::primitives::date::{day_words, parse_day};
use crate::primitives::ids::StandardRef;
use crate::primitives::text::SafeText;
use crate::standard::options::{LeftOut, Scope};
use crate::statement::content::{About, Content, days_fault, lines_fault};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter, codes_of, joined};

/// An enrolment, with the trainee's name as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedEnrolment {
    pub name: SafeText,
    pub enrolment: Enrolment,
}

impl Content for NamedEnrolment {
    fn write(&self, to: &mut FieldWriter<'_>) {
        let Enrolment { trainee, standard, start, specialism, weekly, end, scope, aged_16_to_18 } = &self.enrolment;
        to.named("trainee", trainee, &self.name);
        to.plain("standard", standard);
        to.plain("start", start);
        to.optional("specialism", specialism.as_ref());
        to.optional("weekly-hours", *weekly);
        to.optional("planned-end", *end);
        to.optional("option", scope.option.as_ref());
        for left in &scope.left_out {
            to.plain("left-out", joined(&left.codes));
            to.text("because", &left.reason);
        }
        to.optional("aged-16-to-18", aged_16_to_18.map(|young| if young { "yes" } else { "no" }));
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        let who = from.person("trainee")?;
        let enrolment = Enrolment {
            trainee: who.id,
            standard: from.parsed("standard")?,
            start: from.day("start")?,
            specialism: from.optional_text("specialism")?,
            weekly: from.optional_parsed("weekly-hours")?,
            end: from.optional("planned-end", parse_day)?,
            scope: scope(from)?,
            aged_16_to_18: from.optional("aged-16-to-18", |v| match v {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            })?,
        };
        Ok(Self { name: who.name, enrolment })
    }

    fn fault(&self) -> Option<&'static str> {
        let Enrolment { start, specialism, end, scope, .. } = &self.enrolment;
        let reasons = scope.left_out.iter().map(|left| &left.reason);
        lines_fault(specialism.iter().chain(&scope.option).chain(reasons))
            .or_else(|| days_fault(end.iter().copied().chain([*start])))
            .or_else(|| self.enrolment.end_fault())
            .or_else(|| scope.fault())
    }

    fn about(&self) -> About<'_> {
        About::Person(&self.enrolment.trainee, &self.name)
    }

    fn standard(&self) -> Option<&StandardRef> {
        Some(&self.enrolment.standard)
    }

    fn summary(&self) -> String {
        let Enrolment { standard, start, end, scope, .. } = &self.enrolment;
        let end = end.map(|end| format!(" to {}", day_words(end))).unwrap_or_default();
        let option = scope.option.as_ref().map(|option| format!(", option {option}")).unwrap_or_default();
        let left = scope.left_out.iter().map(|left| format!(" · without {} · “{}”", joined(&left.codes), left.reason));
        format!("{} on {standard} from {}{end}{option}{}", self.name, day_words(*start), left.collect::<String>())
    }
}

/// Reads the option and left-out KSBs; older statements have neither.
fn scope(from: &mut FieldReader<'_>) -> Result<Scope, DecodeFault> {
    let option = from.optional_text("option")?;
    let mut left_out = Vec::new();
    while let Some(codes) = from.optional("left-out", codes_of)? {
        left_out.push(LeftOut { codes, reason: from.text("because")? });
    }
    Ok(Scope { option, left_out })
}

/// A break in learning. A later one with the same first day replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    pub trainee: PersonRef,
    pub span: BreakPeriod,
    pub reason: SafeText,
}

impl Content for Pause {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.person("trainee", &self.trainee);
        to.plain("from", self.span.from);
        to.optional("back", self.span.back);
        to.text("reason", &self.reason);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self {
            trainee: from.person("trainee")?,
            span: BreakPeriod { from: from.day("from")?, back: from.optional("back", parse_day)? },
            reason: from.text("reason")?,
        })
    }

    fn fault(&self) -> Option<&'static str> {
        days_fault(self.span.back.into_iter().chain([self.span.from]))
    }

    fn about(&self) -> About<'_> {
        About::Person(&self.trainee.id, &self.trainee.name)
    }

    fn summary(&self) -> String {
        let back = self.span.back.map(|back| format!(", back {back}")).unwrap_or_default();
        format!("{} from {}{back} · “{}”", self.trainee.name, self.span.from, self.reason)
    }
}
