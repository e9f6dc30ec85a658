//! Parses a standard from its public JSON record: codes are positions, links are ids, texts are HTML, the profile's
//! headings group a record without duties, and faulty parts are left out with a warning if the rest stays correct.

mod about;
mod options;

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use chrono::{Datelike as _, NaiveDate};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::import::diagnostic::{Diagnostic, MINIMUM_HOURS, Places, SourceLocation};
use crate::import::draft::{Draft, Links};
use crate::import::html::{is_nothing, plain, spaced};
use crate::import::standard::headings::headings;
use crate::import::standard::json_lines::{Fields, Lines};
use crate::import::standard::json_repair::repaired;
use crate::primitives::date::parse_day;
use crate::primitives::ids::{DutyNo, KsbCode, KsbKind, StandardRef};
use crate::primitives::text::is_hidden;
use crate::standard::builder::{Duty, MOST_ITEMS, MOST_LINKS, StandardParts};
use crate::standard::start_dates::StartDates;

/// The record's lists of KSBs: kind, list, an item's id, a duty's links.
const KINDS: [(KsbKind, &str, &str, &str); 3] = [
    (KsbKind::Knowledge, "knowledges", "knowledgeId", "mappedKnowledge"),
    (KsbKind::Skill, "skills", "skillId", "mappedSkills"),
    (KsbKind::Behaviour, "behaviours", "behaviourId", "mappedBehaviour"),
];
/// The minimum duration in the funding rules until August 2025.
const LEAST_MONTHS: u16 = 12;
/// Placeholders for an empty field.
const NOTHING: [&str; 6] = ["", "n/a", "na", "none", "not applicable", "-"];
const NUMBER: &str = "Write the number that the standard's publisher gives";
const RECORD: &str = "Give the complete public record of one version of one standard";

pub fn read(text: &str) -> Result<Draft, Vec<Diagnostic>> {
    // Values are parsed one by one later; this detects whether repair is needed.
    let sound = serde_json::from_str::<Value>(text);
    let repaired = if sound.is_err() { repaired(text) } else { None };
    let (text, slip) = repaired.as_ref().map_or((text, None), |(text, line)| (text.as_str(), Some(*line)));
    let unread = |error: serde_json::Error| {
        let what = format!("The record cannot be read: {}", reason(&error));
        vec![Diagnostic::fault_at(error.line(), what, "Save the record again, in full and as it was given")]
    };
    let fields: Fields<'_> = if text.trim_start().starts_with('[') {
        let mut records: Vec<Fields<'_>> = serde_json::from_str(text).map_err(unread)?;
        match (records.pop(), records.len()) {
            (Some(record), 0) => record,
            (_, rest) => {
                let count = if rest == 0 { "no record".to_owned() } else { format!("{} records", rest + 1) };
                return Err(vec![Diagnostic::fault(None, format!("It is a list of {count}, not one record"), RECORD)]);
            }
        }
    } else {
        serde_json::from_str(text).map_err(unread)?
    };
    let mut reader =
        Reader { lines: Lines::of(text), places: Places::default(), remarks: Vec::new(), ids: HashMap::new() };
    if let Some(line) = slip {
        let what = "The record is not valid JSON. Stray backslashes, control characters or commas were repaired";
        reader.remarks.push(Diagnostic::warning_at(line, what));
    }
    reader.record(&fields)
}

/// Returns the parser's message without the position, which the location has.
fn reason(error: &serde_json::Error) -> String {
    let words = error.to_string();
    words.rsplit_once(" at line ").map_or(words.clone(), |(words, _)| words.to_owned())
}

struct Reader<'a> {
    lines: Lines<'a>,
    places: Places,
    remarks: Vec<Diagnostic>,
    /// The KSB code of each id.
    ids: HashMap<String, KsbCode>,
}

impl<'a> Reader<'a> {
    fn record(mut self, fields: &Fields<'a>) -> Result<Draft, Vec<Diagnostic>> {
        let reference = self.text(fields, "referenceNumber");
        let blank = |name: &str| fields.get(name).and_then(|raw| word(raw)).is_none_or(|word| plain(&word).is_empty());
        let version_field = if blank("versionNumber") && !blank("version") { "version" } else { "versionNumber" };
        let version = self.text(fields, version_field);
        let title = self.text(fields, "title");
        let level = self.number(fields, "level", "The level");
        let months = self.months(fields);
        let hours = self.hours(fields);
        let starts = self.starts(fields);
        let mut ksbs = Vec::new();
        for (kind, list, id, _) in KINDS {
            self.ksbs(fields, (kind, list, id), &mut ksbs);
        }
        let (mut duties, mut links) = (Vec::new(), Links::default());
        self.duties(fields, &mut duties, &mut links);
        let own: BTreeSet<DutyNo> = duties.iter().map(|duty: &Duty| duty.no).collect();
        if duties.is_empty() {
            self.by_heading(fields, &ksbs, &mut duties, &mut links);
        }
        let options = self.options(fields, &links.all, &own);
        let reference = match StandardRef::new(&reference, &version) {
            Ok(reference) => reference,
            Err(fault) => {
                let name =
                    if self.places.first("referenceNumber").is_none() { "referenceNumber" } else { version_field };
                if self.remarks.iter().all(|remark| !remark.what.contains(name)) {
                    self.remarks.push(Diagnostic::fault(self.places.first(name), fault.to_string(), RECORD));
                }
                return Err(self.remarks);
            }
        };
        let (Some(level), Some(months)) = (level, months) else { return Err(self.remarks) };
        let about = self.about(fields, reference.version(), starts);
        let parts = StandardParts {
            hours,
            starts,
            duties,
            ksbs,
            links: links.all,
            options,
            about,
            ..StandardParts::new(reference, title, level, months)
        };
        Ok(Draft { parts, places: self.places, remarks: self.remarks })
    }

    fn missing(&mut self, name: &str) {
        self.remarks.push(Diagnostic::fault(None, format!("The record has no {name}"), RECORD));
    }

    fn text(&mut self, fields: &Fields<'a>, name: &'static str) -> String {
        let Some(raw) = fields.get(name) else {
            self.missing(name);
            return String::new();
        };
        let place = self.lines.place(raw, name.to_owned());
        self.places.add(name, place.clone());
        if name == "title" {
            self.places.add("The title", place.clone());
        }
        let found = word(raw).unwrap_or_default();
        self.cleaned(&found, &place)
    }

    /// Extracts a published text, composed to NFC.
    fn cleaned(&mut self, text: &str, place: &SourceLocation) -> String {
        let words = plain(text);
        if text.contains(is_nothing) || words.contains(is_hidden) {
            let what = "Characters that do not show (zero-width, soft hyphens, a word processor's own) are left out";
            self.remarks.push(Diagnostic::warning(Some(place.clone()), what));
        }
        shown_alone(&words)
    }

    /// Reads a whole number, written as a number or text.
    fn number<T: std::str::FromStr>(&mut self, fields: &Fields<'a>, name: &'static str, of: &str) -> Option<T> {
        let Some(raw) = fields.get(name) else {
            self.missing(name);
            return None;
        };
        let place = self.lines.place(raw, name.to_owned());
        self.places.add(of, place.clone());
        let found = figure_text(raw);
        // Months are rounded up, but a level must be whole.
        let read = figure(&found).filter(|(_, whole)| *whole || name != "level" || !found.contains('.'));
        let Some((number, whole)) = read.and_then(|(number, whole)| Some((number.to_string().parse().ok()?, whole)))
        else {
            let what = format!("{of} is “{}”, not a number that can be", spaced(&found));
            self.remarks.push(Diagnostic::fault(Some(place), what, NUMBER));
            return None;
        };
        if !whole {
            let used = read.map_or(0, |(number, _)| number);
            let what = format!("{of} is “{}”; {used} is used", spaced(&found));
            self.remarks.push(Diagnostic::warning(Some(place), what));
        }
        Some(number)
    }

    /// Reads the typical months to the gateway; a blank field gets the minimum duration, with a warning.
    fn months(&mut self, fields: &Fields<'a>) -> Option<u16> {
        let raw = fields.get("typicalDuration");
        let blank = raw.filter(|raw| matches!(figure_text(raw).trim(), "" | "null" | "0" | "0.0"));
        let Some(raw) = blank else {
            return self.number(fields, "typicalDuration", "The number of months to the gateway");
        };
        let place = self.lines.place(raw, "typicalDuration".to_owned());
        let what = format!("The record does not give the typical months to the gateway. {LEAST_MONTHS} are used");
        self.remarks.push(Diagnostic::warning(Some(place), what));
        Some(LEAST_MONTHS)
    }

    /// Reads the minimum off-the-job hours: a text of digits, which may be empty.
    fn hours(&mut self, fields: &Fields<'a>) -> Option<u32> {
        let raw = fields.get("minimumHoursForCompliance")?;
        let found = figure_text(raw);
        let found = if found == "null" { "" } else { found.trim() };
        let (read, whole) = figure(found).map_or((None, false), |(number, whole)| (Some(number), whole));
        let place = self.lines.place(raw, "minimumHoursForCompliance".to_owned());
        self.places.add(MINIMUM_HOURS, place.clone());
        if read == Some(0) {
            let what = "The minimum hours are 0. They are left out";
            self.remarks.push(Diagnostic::warning(Some(place), what));
            return None;
        }
        if read.is_none() && found.parse::<f64>().is_ok() {
            let what = format!("The minimum hours are “{}”, not a number that can be", spaced(found));
            self.remarks.push(Diagnostic::fault(Some(place), what, NUMBER));
            return None;
        }
        if !whole && !found.is_empty() {
            let what = match read {
                None => format!("The minimum hours are “{}”, not a number. They are left out", spaced(found)),
                Some(hours) => format!("The minimum hours are “{}”; {hours} are used", spaced(found)),
            };
            self.remarks.push(Diagnostic::warning(Some(place), what));
        }
        read
    }

    /// Reads the start dates; a last one before the first is ignored with a warning.
    fn starts(&mut self, fields: &Fields<'a>) -> StartDates {
        let earliest = self.day(fields, "earliestStartDate", "The first start date");
        let latest = self.day(fields, "latestStartDate", "The last start date");
        let slip = earliest.zip(latest).filter(|(earliest, latest)| latest < earliest);
        if let Some((earliest, latest)) = slip {
            let what =
                format!("The last start date, {latest}, is before the first, {earliest}. The last one is left out");
            self.remarks.push(Diagnostic::warning(self.places.first("The last start date"), what));
        }
        StartDates { earliest, latest: latest.filter(|_| slip.is_none()) }
    }

    /// Reads a date, ignoring the time; `null` and the year 1 are open.
    fn day(&mut self, fields: &Fields<'a>, name: &'static str, of: &str) -> Option<NaiveDate> {
        let raw = fields.get(name)?;
        let place = self.lines.place(raw, name.to_owned());
        self.places.add(of, place.clone());
        let found = word(raw).filter(|found| !found.trim().is_empty())?;
        let read = parse_day(found.trim().split(['T', ' ']).next().unwrap_or_default());
        if read.is_none() {
            let what = format!("{of} is “{}”, not a date. It is left out", spaced(&found));
            self.remarks.push(Diagnostic::warning(Some(place), what));
        }
        read.filter(|day| day.year() > 1)
    }

    /// Reads a list; `null` and a missing field are empty.
    fn list(&mut self, fields: &Fields<'a>, name: &'static str, most: usize) -> Vec<&'a RawValue> {
        let Some(raw) = fields.get(name) else { return Vec::new() };
        let place = self.lines.place(raw, name.to_owned());
        let Ok(items) = serde_json::from_str::<Option<Vec<&'a RawValue>>>(raw.get()) else {
            // Some records have an empty text or object instead of an empty list.
            if !matches!(raw.get(), "\"\"" | "{}" | "false" | "0") {
                self.remarks.push(Diagnostic::fault(Some(place), format!("{name} is not a list"), RECORD));
            }
            return Vec::new();
        };
        let items = items.unwrap_or_default();
        if items.len() <= most {
            return items;
        }
        let what = format!("{name} has {} items. At most {most} are read", items.len());
        self.remarks.push(Diagnostic::fault(Some(place), what, "Leave out what is not a duty or a KSB"));
        Vec::new()
    }

    fn ksbs(
        &mut self,
        fields: &Fields<'a>,
        (kind, list, id): (KsbKind, &'static str, &'static str),
        ksbs: &mut Vec<(KsbCode, String)>,
    ) {
        for (number, raw) in (1_u16..).zip(self.list(fields, list, MOST_ITEMS)) {
            let code = KsbCode { kind, number };
            let place = self.lines.place(raw, format!("{list}[{}]", number - 1));
            // Some records have only the text.
            let item = serde_json::from_str::<Fields<'a>>(raw.get()).unwrap_or_default();
            let alone = if item.is_empty() { word(raw) } else { None };
            let detail = item.get("detail").and_then(|raw| word(raw)).or(alone).unwrap_or_default();
            let text = self.cleaned(&detail, &place);
            if text.is_empty() {
                let what = format!("{code} has no text. It is left out, and the others keep their numbers");
                self.remarks.push(Diagnostic::warning(Some(place), what));
                continue;
            }
            self.places.add(code.to_string(), place.clone());
            ksbs.push((code, text));
            let Some(id) = item.get(id).and_then(|raw| word(raw)).filter(|id| !id.is_empty()) else { continue };
            match self.ids.entry(id.to_string()) {
                Entry::Occupied(other) => {
                    let what = format!("{code} has the id of {0}. A link to that id leads to {0}", other.get());
                    self.remarks.push(Diagnostic::warning(Some(place), what));
                }
                Entry::Vacant(free) => {
                    free.insert(code);
                }
            }
        }
    }

    fn object(&mut self, raw: &'a RawValue, place: &SourceLocation) -> Option<Fields<'a>> {
        let read = serde_json::from_str(raw.get()).ok();
        if read.is_none() {
            self.remarks.push(Diagnostic::fault(Some(place.clone()), "It is not an object with fields", RECORD));
        }
        read
    }

    fn duties(&mut self, fields: &Fields<'a>, duties: &mut Vec<Duty>, links: &mut Links) {
        for (no, raw) in (1_u16..).zip(self.list(fields, "duties", MOST_ITEMS)) {
            let place = self.lines.place(raw, format!("duties[{}]", no - 1));
            let item = serde_json::from_str::<Fields<'a>>(raw.get()).unwrap_or_default();
            let detail = item.get("dutyDetail").and_then(|raw| word(raw)).unwrap_or_default();
            let text = self.cleaned(&detail, &place);
            if text.is_empty() {
                let what = format!("Duty {no} has no text. It and its links are left out");
                self.remarks.push(Diagnostic::warning(Some(place), what));
                continue;
            }
            self.places.add(format!("Duty {no}"), place);
            duties.push(Duty { no: DutyNo(no), title: String::new(), text });
            for (_, _, _, mapped) in KINDS {
                for (at, raw) in self.list(&item, mapped, MOST_LINKS).into_iter().enumerate() {
                    let place = self.lines.place(raw, format!("duties[{}].{mapped}[{at}]", no - 1));
                    let id = word(raw).unwrap_or_default();
                    if let Some(code) = self.ids.get(&*id).copied() {
                        links.add((DutyNo(no), code), place, &mut self.places, &mut self.remarks);
                    } else {
                        let what = format!(
                            "A link of duty {no} leads to “{}”, which is not a KSB of the record. The link is left out",
                            spaced(&id)
                        );
                        self.remarks.push(Diagnostic::warning(Some(place), what));
                    }
                }
            }
        }
    }

    /// Uses headings as duties, as records of the first versions have none.
    fn by_heading(
        &mut self,
        fields: &Fields<'a>,
        ksbs: &[(KsbCode, String)],
        duties: &mut Vec<Duty>,
        links: &mut Links,
    ) {
        let profile = fields.get("standardInformation").and_then(|raw| word(raw)).unwrap_or_default();
        let found = headings(&profile, ksbs);
        for (no, (heading, codes)) in (1_u16..).zip(found) {
            let place = fields
                .get("standardInformation")
                .map_or(SourceLocation::line(1), |raw| self.lines.place(raw, "standardInformation".to_owned()));
            duties.push(Duty { no: DutyNo(no), title: String::new(), text: shown_alone(&heading) });
            self.places.add(format!("Duty {no}"), place.clone());
            for code in codes {
                links.add((DutyNo(no), code), place.clone(), &mut self.places, &mut self.remarks);
            }
        }
        let what = match duties.len() {
            0 => "The record has no duties, so its KSBs are not grouped".to_owned(),
            1 => "The record has no duties. The one heading of its profile is used instead".to_owned(),
            n => format!("The record has no duties. The {n} headings of its profile are used instead"),
        };
        self.remarks.push(Diagnostic::warning(None, what));
    }
}

/// Removes hidden characters and composes to NFC.
fn shown_alone(words: &str) -> String {
    let kept: String = words.chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect();
    unicode_normalization::UnicodeNormalization::nfc(spaced(&kept).as_str()).collect()
}

/// Returns a figure as written; other values as raw JSON.
fn figure_text(raw: &RawValue) -> Cow<'_, str> {
    word(raw).unwrap_or_else(|| Cow::Borrowed(raw.get()))
}

/// Parses the number that a text begins with, rounded up, and whether the text is only that number: `15.0` and `1,326`
/// are, `15 months` and `15.5` are not. Returns `None` for `1e308`, `1,5` and `1.5.2`.
pub(in crate::import) fn figure(text: &str) -> Option<(u32, bool)> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.')).unwrap_or(text.len());
    let (whole, part) = text[..end].split_once('.').unwrap_or((&text[..end], ""));
    let exponent = text[end..].strip_prefix(['e', 'E']).is_some_and(|rest| !rest.starts_with(char::is_alphabetic));
    let grouped = whole.split(',').skip(1).all(|group| group.len() == 3);
    if exponent || !grouped || part.contains([',', '.']) {
        return None;
    }
    let whole = whole.replace(',', "");
    let number: u32 = whole.parse().ok()?;
    let none = part.bytes().all(|b| b == b'0');
    let number = if none { number } else { number.checked_add(1)? };
    Some((number, none && end == text.len()))
}

/// Returns a text or number as text, as records use either for ids and figures; `None` for `null`.
fn word(raw: &RawValue) -> Option<Cow<'_, str>> {
    match serde_json::from_str(raw.get()).ok()? {
        Value::String(text) => Some(Cow::Owned(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Object(fields) => {
            // A link may be an object that contains the id.
            let id = fields.iter().find(|(name, _)| name.to_lowercase().ends_with("id"));
            id.and_then(|(_, id)| id.as_str().map(|id| Cow::Owned(id.to_owned())))
        }
        _ => None,
    }
}

/// Parses a record's flag: `true`, `1`, `"1"`.
fn flag(raw: Option<&RawValue>) -> Option<bool> {
    match serde_json::from_str(raw?.get()).ok()? {
        Value::Bool(is) => Some(is),
        Value::Number(number) => Some(number.as_f64() != Some(0.0)),
        Value::String(text) => match text.trim().to_lowercase().as_str() {
            "1" | "true" | "yes" | "core" => Some(true),
            "0" | "false" | "no" | "option" => Some(false),
            _ => None,
        },
        _ => None,
    }
}
