//! Evaluates a trainee's readiness for the gateway: every requirement by itself, then the parties' confirmations, which
//! come last.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};

use crate::primitives::date::{day_words, months_between, short_day};
use crate::primitives::ids::{DutyNo, KsbCode, KsbKind};
use crate::primitives::text::counted;
use crate::programme::gateway::{Fulfilment, GatewayInputs, Readiness, Reason, Recorded, RequirementStatus, Urgency};
use crate::programme::progress_series::finish_day;
use crate::programme::review_plan::ReviewDue;
use crate::record::ksb_status::State;
use crate::record::outstanding::Outstanding;
use crate::standard::gateway_requirement::GatewayRequirement;
use crate::statement::kinds::requirement::{ENGLISH_MATHS, RequirementOutcome, SHOWN};
use crate::statement::kinds::review::Party;

const MOST_NAMED: usize = 12;
/// The months whose pace is extrapolated.
const PACE_MONTHS: u32 = 6;

pub fn readiness(facts: &GatewayInputs<'_>) -> Readiness {
    let mut figures: Vec<RequirementStatus> =
        facts.gateway.iter().map(|requirement| figure(facts, requirement)).collect();
    let word = |figure: &RequirementStatus| matches!(figure.id.as_str(), "employer" | "provider");
    let all = figures.iter().all(|figure| word(figure) || figure.met == Fulfilment::Met);
    for figure in figures.iter_mut().filter(|figure| word(figure) && figure.met != Fulfilment::Met) {
        if all {
            "can confirm now: everything else is met".clone_into(&mut figure.short);
        } else {
            figure.mend = Some("Meet the other requirements first".to_owned());
        }
    }
    let recognised = facts.recognised_here().cloned();
    Readiness {
        trainee: facts.trainee_record.trainee.clone(),
        gateway: facts.gateway_day(),
        figures,
        recognised,
        supervisors: facts.supervisors.to_vec(),
    }
}

fn figure(facts: &GatewayInputs<'_>, requirement: &GatewayRequirement) -> RequirementStatus {
    let status = match requirement.id.as_str() {
        "months" => months(facts),
        "ksbs" => ksbs(facts),
        "behaviours" => behaviours(facts),
        "hours" => hours(facts),
        "reviews" => reviews(facts),
        "reassessment" => reassessment(facts),
        "employer" => party(facts, Party::Employer),
        "provider" => party(facts, Party::Provider),
        ENGLISH_MATHS => english_maths(facts),
        _ => not_recorded(facts, &requirement.id),
    };
    let text = if status.text.is_empty() { requirement.text.clone() } else { status.text.clone() };
    let mut figure = RequirementStatus { id: requirement.id.clone(), text, ..status };
    // A decision does not fulfil the requirement: `english_maths` evaluates it.
    let fulfils = |entry: &&Recorded| entry.requirement.as_str() == requirement.id && !entry.outcome.is_decision();
    let entry = facts.recorded.iter().find(fulfils);
    if figure.met != Fulfilment::Met
        && !SHOWN.contains(&requirement.id.as_str())
        && let Some(entry) = entry
    {
        figure = recorded(figure, entry);
    }
    figure.why.extend(asked(requirement));
    figure
}

fn made(met: bool, short: String, why: Vec<Reason>, mend: Option<String>) -> RequirementStatus {
    RequirementStatus {
        id: String::new(),
        text: String::new(),
        met: if met { Fulfilment::Met } else { Fulfilment::NotMet },
        waived: false,
        pressing: Urgency::InTime,
        short,
        why,
        mend: mend.filter(|_| !met),
        ksbs: Vec::new(),
    }
}

fn months(facts: &GatewayInputs<'_>) -> RequirementStatus {
    let (start, today) = (facts.start(), facts.measure.today);
    let (passed, least) = (months_between(start, today), u32::from(facts.rule.minimum_months));
    let until = start.checked_add_months(Months::new(least)).unwrap_or(NaiveDate::MAX);
    let met = passed >= least;
    let short = if met {
        format!("{}, at least {least}", counted(passed, "month"))
    } else {
        format!("{}; the minimum of {least} is met on {}", counted(passed, "month"), day_words(until))
    };
    let why = vec![
        Reason::plain(format!("{} have passed since the start on {}", counted(passed, "month"), day_words(start))),
        Reason::plain(format!("At least {least} for this start ({})", facts.rule.source)),
        Reason::plain(match facts.trainee_record.trainee.end {
            Some(end) => format!("The planned end is {}. A break does not move it", day_words(end)),
            None => format!(
                "Typical time to the gateway: {} ({})",
                counted(u32::from(facts.trainee_record.standard.months()), "month"),
                day_words(facts.gateway_day())
            ),
        }),
    ];
    let mut why = why;
    why.extend(facts.trainee_record.trainee.end.and_then(|end| facts.rule.end_warning(start, end)).map(Reason::plain));
    RequirementStatus { text: "Time on programme".to_owned(), ..made(met, short, why, None) }
}

fn ksbs(facts: &GatewayInputs<'_>) -> RequirementStatus {
    let (signed, total) = facts.trainee_record.figures(None);
    let (recognised, left): (Vec<&Outstanding>, Vec<&Outstanding>) = facts
        .outstanding
        .iter()
        .filter(|row| !facts.trainee_record.counts(row.state))
        .partition(|row| facts.is_recognised(row));
    let in_state = |state: State| left.iter().copied().filter(move |row| row.state == state);
    let mut why = vec![Reason::plain(by_kind(facts))];
    let mut parts = Vec::new();
    for state in [State::Open, State::CarriedOver, State::Claimed, State::NotYet, State::Partly, State::Lapsed] {
        let rows: Vec<&Outstanding> = in_state(state).collect();
        if rows.is_empty() {
            continue;
        }
        let count = u16::try_from(rows.len()).unwrap_or(u16::MAX);
        parts.push(format!("{count} {}", state.label()));
        let words = match state {
            State::Open => by_duty(&rows),
            State::NotYet => actions(&rows, facts.measure.today),
            State::Claimed => format!("{} waiting for a supervisor", named(&rows)),
            State::Partly => format!("{} waiting for more signatures", named(&rows)),
            State::CarriedOver => format!("{} seen in an earlier record, which does not count here", named(&rows)),
            _ => named(&rows),
        };
        why.push(Reason { state: Some((state, count)), ..Reason::plain(words) });
    }
    let by_recognition = u16::try_from(recognised.len()).unwrap_or(u16::MAX);
    why.extend(prior(facts, &recognised).map(Reason::plain));
    why.extend(planned(facts, signed).map(Reason::plain));
    let pace = pace(facts, total.saturating_sub(signed).saturating_sub(by_recognition));
    why.extend(pace.map(|words| Reason { pace: true, ..Reason::plain(words) }));
    let met = signed.saturating_add(by_recognition) == total;
    let carried = match facts.trainee_record.counting_carried() {
        0 => String::new(),
        carried => {
            why.push(Reason::plain(format!(
                "{} from an earlier record, as the department's settings say",
                counted(carried, "KSB")
            )));
            format!(", counting {carried} carried over")
        }
    };
    let signed_words = if by_recognition == 0 {
        format!("{signed} signed{carried}")
    } else {
        format!("{signed} signed{carried}, {by_recognition} recognised")
    };
    let short = match (met, by_recognition) {
        (true, 0) => format!("all {total} signed{carried}"),
        (true, _) => signed_words,
        (false, _) => format!("{signed_words}; {}", parts.join(", ")),
    };
    let mend = "A supervisor signs what they see: `countersign sign-off`; `countersign outstanding` lists all";
    RequirementStatus {
        text: if by_recognition == 0 {
            format!("{total} of {total} KSBs signed")
        } else {
            format!("{total} of {total} KSBs signed or recognised")
        },
        ksbs: left.iter().map(|row| row.code).collect(),
        ..made(met, short, why, Some(mend.to_owned()))
    }
}

fn prior(facts: &GatewayInputs<'_>, rows: &[&Outstanding]) -> Option<String> {
    let recognised = facts.recognised?;
    if facts.recognised_here().is_none() {
        return Some(format!(
            "Prior learning was recognised for {}; it counts here once it is recognised for {} (`countersign enrolment \
             recognise`)",
            recognised.body.standard,
            facts.trainee_record.standard.reference()
        ));
    }
    let basis = recognised.basis();
    (!rows.is_empty()).then(|| format!("{} recognised as prior learning: {}. {basis}", rows.len(), named(rows)))
}

fn planned(facts: &GatewayInputs<'_>, signed: u16) -> Option<String> {
    let planned = facts.trainee_record.trainee.planned?;
    let by = u32::from(planned.abs_diff(signed));
    Some(match signed.cmp(&planned) {
        std::cmp::Ordering::Less => format!("The training plan has {planned} by now: {} behind", counted(by, "KSB")),
        std::cmp::Ordering::Equal => format!("The training plan has {planned} by now, and that many are signed"),
        std::cmp::Ordering::Greater => format!("The training plan has {planned} by now: {} ahead", counted(by, "KSB")),
    })
}

fn by_kind(facts: &GatewayInputs<'_>) -> String {
    let each = [(KsbKind::Knowledge, "Knowledge"), (KsbKind::Skill, "skills"), (KsbKind::Behaviour, "behaviours")];
    let ksbs = facts.trainee_record.standard.ksbs().iter().zip(&facts.trainee_record.states);
    let words = each.into_iter().filter_map(|(kind, name)| {
        let of = ksbs.clone().filter(|(ksb, _)| ksb.code.kind == kind);
        let signed = of.clone().filter(|(_, state)| facts.trainee_record.counts(**state)).count();
        let all = of.count();
        (all > 0).then(|| format!("{name} {signed} of {all}"))
    });
    format!("{} signed", words.collect::<Vec<_>>().join(" · "))
}

/// Counts rows by their first duty, the most first.
fn by_duty(rows: &[&Outstanding]) -> String {
    let mut duties: BTreeMap<Option<DutyNo>, usize> = BTreeMap::new();
    for row in rows {
        *duties.entry(row.duty).or_default() += 1;
    }
    let mut duties: Vec<(Option<DutyNo>, usize)> = duties.into_iter().collect();
    duties.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let name = |(duty, count): (Option<DutyNo>, usize)| match duty {
        Some(no) => format!("duty {no} ({count})"),
        None => format!("no duty ({count})"),
    };
    duties.into_iter().map(name).collect::<Vec<_>>().join(" · ")
}

fn named(rows: &[&Outstanding]) -> String {
    let codes: Vec<String> = rows.iter().take(MOST_NAMED).map(|row| row.code.to_string()).collect();
    let more = rows.len().saturating_sub(MOST_NAMED);
    if more == 0 { codes.join(", ") } else { format!("{} and {more} more", codes.join(", ")) }
}

fn actions(rows: &[&Outstanding], today: NaiveDate) -> String {
    let one = |row: &&Outstanding| {
        let action = row.newest.as_ref().and_then(|record| record.action.as_ref());
        action.map_or_else(
            || row.code.to_string(),
            |action| format!("{}: {} by {}", row.code, first_line(action.what.as_str()), short_day(action.by, today)),
        )
    };
    let words: Vec<String> = rows.iter().take(3).map(one).collect();
    let more = rows.len().saturating_sub(3);
    if more == 0 { words.join("; ") } else { format!("{}; and {more} more", words.join("; ")) }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn pace(facts: &GatewayInputs<'_>, left: u16) -> Option<String> {
    if left == 0 {
        return None;
    }
    let today = facts.measure.today;
    if facts.recent == 0 {
        return Some(format!("Nothing has been signed in the last {PACE_MONTHS} months"));
    }
    let breaks = &facts.trainee_record.trainee.pauses;
    let by = finish_day(u64::from(facts.recent), u64::from(left), PACE_MONTHS, breaks, today)?;
    let gateway = facts.gateway_day();
    let (early, late) = (months_between(by, gateway), months_between(gateway, by));
    let against = match (early, late) {
        (0, 0) => "about on the day of the gateway".to_owned(),
        (0, late) => format!("{} late", counted(late, "month")),
        (early, _) => format!("{} early", counted(early, "month")),
    };
    Some(format!("At the pace of the last {PACE_MONTHS} months: all signed by {}, {against}", day_words(by)))
}

fn hours(facts: &GatewayInputs<'_>) -> RequirementStatus {
    let plan = facts.hours;
    let why = plan.why.iter().cloned().map(Reason::plain).collect();
    let (text, mend) = match plan.minimum {
        None if facts.rule.share_percent.is_some() => (
            String::new(),
            "A training officer enters their paid hours a week: `countersign enrolment paid-hours TRAINEE HOURS`"
                .to_owned(),
        ),
        None => (String::new(), record("hours")),
        Some(minimum) if plan.waiting.0 > 0 => (
            format!("{minimum} off-the-job hours"),
            "A supervisor needs to confirm the waiting hours: `countersign hours confirm`".to_owned(),
        ),
        Some(minimum) => (
            format!("{minimum} off-the-job hours"),
            "The trainee enters hours: `countersign hours add`; a supervisor confirms them".to_owned(),
        ),
    };
    let figure = made(plan.met() == Some(true), plan.short(), why, Some(mend));
    RequirementStatus { text, met: if plan.met().is_none() { Fulfilment::NotKnown } else { figure.met }, ..figure }
}

fn reviews(facts: &GatewayInputs<'_>) -> RequirementStatus {
    let plan = facts.reviews;
    let today = facts.measure.today;
    let why = plan.why.iter().cloned().map(Reason::plain).collect();
    let overdue = matches!(plan.call, ReviewDue::Overdue(_));
    let (short, mend) = if overdue {
        (plan.call.words(), Some("Hold one and record it: `countersign review`".to_owned()))
    } else if let Some(first) = plan.unsigned.first() {
        let who = first.missing.first().map(|there| there.who.name.to_string()).unwrap_or_default();
        let short = format!("{} of {} unsigned: {}", plan.unsigned.len(), plan.held, day_words(first.held));
        (short, Some(format!("{who} still needs to sign it: `countersign acknowledge {}`", first.id)))
    } else if let Some((from, to, days)) = plan.gaps.first() {
        let gap = format!("{days} days from {} to {}", short_day(*from, today), short_day(*to, today));
        (gap, Some(waive("reviews")))
    } else if plan.held == 0 {
        (format!("none due before {}", day_words(plan.due)), None)
    } else {
        (format!("{} held, next by {}", plan.held, short_day(plan.due, today)), None)
    };
    let met = !overdue && plan.unsigned.is_empty() && plan.gaps.is_empty();
    RequirementStatus {
        text: format!("Reviews {}", facts.review_rule.every),
        pressing: if met { Urgency::InTime } else { Urgency::Overdue },
        ..made(met, short, why, mend)
    }
}

fn reassessment(facts: &GatewayInputs<'_>) -> RequirementStatus {
    let today = facts.measure.today;
    let of = |state: State| facts.outstanding.iter().filter(move |row| row.state == state);
    let carried = |row: &Outstanding| facts.trainee_record.carried_over(row.code).map(|carried| carried.item.on);
    let seen = |row: &Outstanding| row.newest.as_ref().map(|record| record.observed).or_else(|| carried(row));
    let due = |row: &Outstanding| seen(row).and_then(|seen| facts.measure.due(seen));
    let words = |row: &Outstanding, verb: &str| {
        due(row).map_or_else(
            || format!("{} {verb}", row.code),
            |day| format!("{} {verb} {}", row.code, short_day(day, today)),
        )
    };
    let lapsed: Vec<&Outstanding> = of(State::Lapsed).collect();
    let renew: Vec<&Outstanding> = of(State::Renew).collect();
    let months = facts.measure.policy.reassess_months;
    let mut why = vec![Reason::plain(if months == 0 {
        "The department's settings do not require reassessment".to_owned()
    } else {
        format!("The department's settings: a KSB must be reassessed after {}", counted(months, "month"))
    })];
    why.extend(lapsed.iter().map(|row| Reason::plain(words(row, "lapsed on"))));
    why.extend(renew.iter().map(|row| Reason::plain(words(row, "lapses on"))));
    let rest = |count: usize| if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
    let short = match (lapsed.first(), renew.first()) {
        (Some(row), _) => format!("{}{}", words(row, "lapsed"), rest(lapsed.len())),
        (None, Some(row)) => format!("{}{}", words(row, "lapses"), rest(renew.len())),
        (None, None) => "none is due".to_owned(),
    };
    let mend = "A supervisor sees it again and signs it off: `countersign sign-off`";
    let codes: Vec<KsbCode> = lapsed.iter().chain(&renew).map(|row| row.code).collect();
    RequirementStatus {
        pressing: if lapsed.is_empty() { Urgency::InTime } else { Urgency::Lapsed },
        ksbs: codes,
        ..made(lapsed.is_empty(), short, why, Some(mend.to_owned()))
    }
}

fn party(facts: &GatewayInputs<'_>, party: Party) -> RequirementStatus {
    let confirmed = facts.confirmed.iter().find(|confirmed| confirmed.party == party);
    let (short, why) = match confirmed {
        Some(confirmed) => (
            format!("{}, {}", confirmed.by, day_words(confirmed.on)),
            vec![Reason::plain(format!(
                "{} confirmed on {} ({})",
                confirmed.by,
                day_words(confirmed.on),
                confirmed.id
            ))],
        ),
        None => ("once all above is met".to_owned(), vec![Reason::plain("Nobody has confirmed yet")]),
    };
    let mend = format!("`countersign confirm TRAINEE {}`, by a supervisor or training officer", party.slug());
    made(confirmed.is_some(), short, why, Some(mend))
}

/// Evaluates English and maths: required of those aged 16 to 18, otherwise the employer's decision.
fn english_maths(facts: &GatewayInputs<'_>) -> RequirementStatus {
    let rule = facts.english_rule;
    let decided =
        |decision: &&Recorded| decision.requirement.as_str() == ENGLISH_MATHS && decision.outcome.is_decision();
    let decision = facts.recorded.iter().find(decided);
    match (facts.aged_16_to_18, decision) {
        (None, _) => {
            let why = vec![Reason::plain("It is not recorded whether they were aged 16 to 18 at the start")];
            let mend = "A training officer answers: `countersign enrolment aged-16-to-18 TRAINEE yes`, or `no`";
            let figure =
                made(false, "not recorded whether aged 16 to 18 at the start".to_owned(), why, Some(mend.to_owned()));
            RequirementStatus { met: Fulfilment::NotKnown, ..figure }
        }
        (Some(true), _) => {
            let why = vec![Reason::plain(format!("{} ({})", rule.aged_16_to_18, rule.source))];
            made(false, "required: aged 16 to 18 at the start".to_owned(), why, Some(record(ENGLISH_MATHS)))
        }
        (Some(false), None) => {
            let why = vec![Reason::plain(format!("{} ({})", rule.aged_19_or_over, rule.source))];
            let mend = "A training officer records it: `countersign requirement TRAINEE english-maths --decided declined \
                        --reason …`, or `included`";
            made(false, "the employer's decision is not recorded".to_owned(), why, Some(mend.to_owned()))
        }
        (Some(false), Some(decision)) => {
            let declined = decision.outcome == RequirementOutcome::Declined;
            let short = format!("{} by the employer, {}", decision.outcome.slug(), day_words(decision.on));
            let recorded = format!(
                "The employer's decision: {}. Recorded by {} on {}: “{}” ({})",
                decision.outcome.slug(),
                decision.by,
                day_words(decision.on),
                decision.reason,
                decision.id
            );
            let why =
                vec![Reason::plain(recorded), Reason::plain(format!("{} ({})", rule.aged_19_or_over, rule.source))];
            made(declined, short, why, Some(record(ENGLISH_MATHS)))
        }
    }
}

fn not_recorded(facts: &GatewayInputs<'_>, id: &str) -> RequirementStatus {
    let why = vec![Reason::plain(format!("Nothing is recorded about it for {}", facts.trainee_record.trainee.name))];
    let figure = made(false, "nothing recorded".to_owned(), why, Some(record(id)));
    RequirementStatus { met: Fulfilment::NotKnown, ..figure }
}

/// Evaluates the behaviours under a reformed plan: the employer verifies them, sign-offs alone do not show it.
fn behaviours(facts: &GatewayInputs<'_>) -> RequirementStatus {
    let all = facts.trainee_record.standard.ksbs().iter().zip(&facts.trainee_record.states);
    let all = all.filter(|(ksb, _)| ksb.code.kind == KsbKind::Behaviour);
    let (signed, count) = all.fold((0, 0), |(signed, count), (_, state)| {
        (signed + usize::from(facts.trainee_record.counts(*state)), count + 1)
    });
    let mut figure = not_recorded(facts, "behaviours");
    figure.why.push(Reason::plain(format!("{signed} of {count} behaviours are signed off")));
    figure.mend = Some(format!("The employer verifies them at work. {}", record("behaviours")));
    figure
}

fn recorded(figure: RequirementStatus, entry: &Recorded) -> RequirementStatus {
    let waived = entry.outcome == RequirementOutcome::Waived;
    let word = if waived { "waived: " } else { "" };
    let mut why = vec![Reason::plain(format!(
        "Recorded as {} by {} on {}: “{}” ({})",
        entry.outcome.slug(),
        entry.by,
        day_words(entry.on),
        entry.reason,
        entry.id
    ))];
    // Keep what the records show by themselves.
    why.extend(figure.why.into_iter().filter(|reason| figure.met == Fulfilment::NotMet || reason.state.is_some()));
    let short = format!("{word}{}", first_line(entry.reason.as_str()));
    RequirementStatus { met: Fulfilment::Met, waived, pressing: Urgency::InTime, short, why, mend: None, ..figure }
}

/// Returns the requirement in the words of its source.
fn asked(requirement: &GatewayRequirement) -> Vec<Reason> {
    let alternatives = requirement.alternatives.iter().map(|other| format!("Or: {other}"));
    let rule = requirement.rule.iter().map(|rule| format!("Required: {rule}"));
    // The status explains these in more detail than the note.
    let is_own_reason = matches!(requirement.id.as_str(), "months" | "reviews" | "reassessment");
    let note = requirement.note.iter().filter(|_| !is_own_reason).cloned();
    rule.chain(alternatives).chain(note).map(Reason::plain).collect()
}

fn record(id: &str) -> String {
    format!("A training officer records it: `countersign requirement TRAINEE {id} --met --reason …`")
}

fn waive(id: &str) -> String {
    format!(
        "The past cannot be changed; a training officer can waive it: `countersign requirement TRAINEE {id} --waived --reason …`"
    )
}
