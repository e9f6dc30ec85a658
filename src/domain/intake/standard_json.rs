//! A standard as the public JSON record of it. Codes are positions, links are ids, texts hold HTML; a record without duties
//! is grouped by the headings of its profile. Must never take a word from elsewhere than the record.

mod options;

use std::borrow::Cow;
use std::collections::HashMap;

use chrono::NaiveDate;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::domain::intake::draft::{Draft, Links};
use crate::domain::intake::headings::headings;
use crate::domain::intake::json_lines::{Fields, Lines};
use crate::domain::intake::markup::{is_nothing, plain, spaced};
use crate::domain::intake::remark::{Place, Places, Remark};
use crate::domain::standard_parts::{Duty, MOST_ITEMS, MOST_LINKS, StandardParts, StartDates};
use crate::domain::value::{DutyNo, KsbCode, KsbKind, StandardRef};
use crate::domain::when::parse_day;

/// The record's lists of KSBs: their kind, the list, an item's id, a duty's links to them.
const KINDS: [(KsbKind, &str, &str, &str); 3] = [
    (KsbKind::Knowledge, "knowledges", "knowledgeId", "mappedKnowledge"),
    (KsbKind::Skill, "skills", "skillId", "mappedSkills"),
    (KsbKind::Behaviour, "behaviours", "behaviourId", "mappedBehaviour"),
];
const RECORD: &str = "Give the public record of one version of one standard, whole";

/// The draft of a JSON text.
pub fn read(text: &str) -> Result<Draft, Vec<Remark>> {
    let lines = Lines::of(text);
    if text.trim_start().starts_with('[') {
        let what = "It is a list of records, not one record";
        return Err(vec![Remark::fault(None, what, RECORD)]);
    }
    let fields: Fields<'_> = serde_json::from_str(text).map_err(|error| {
        let what = format!("The record cannot be read: {}", reason(&error));
        vec![Remark::fault(Some(Place::line(error.line())), what, "Save the record anew, whole and as it was given")]
    })?;
    let reader = Reader { lines, places: Places::default(), remarks: Vec::new(), ids: HashMap::new() };
    reader.record(&fields)
}

/// A parser's words, without the place that is said beside them.
fn reason(error: &serde_json::Error) -> String {
    let words = error.to_string();
    words.rsplit_once(" at line ").map_or(words.clone(), |(words, _)| words.to_owned())
}

struct Reader<'a> {
    lines: Lines<'a>,
    places: Places,
    remarks: Vec<Remark>,
    /// The code of each id.
    ids: HashMap<String, KsbCode>,
}

impl<'a> Reader<'a> {
    fn record(mut self, fields: &Fields<'a>) -> Result<Draft, Vec<Remark>> {
        let reference = self.text(fields, "referenceNumber");
        let version = match fields.get("versionNumber") {
            Some(_) => self.text(fields, "versionNumber"),
            None => self.text(fields, "version"),
        };
        let title = self.text(fields, "title");
        let level = self.number(fields, "level", "The level");
        let months = self.number(fields, "typicalDuration", "The number of months to the gateway");
        let hours = self.hours(fields);
        let starts = StartDates {
            earliest: self.day(fields, "earliestStartDate", "The first start date"),
            latest: self.day(fields, "latestStartDate", "The last start date"),
        };
        let mut ksbs = Vec::new();
        for (kind, list, id, _) in KINDS {
            self.ksbs(fields, (kind, list, id), &mut ksbs);
        }
        let (mut duties, mut links) = (Vec::new(), Links::default());
        self.duties(fields, &mut duties, &mut links);
        let own = duties.last().map(|duty| duty.no);
        if duties.is_empty() {
            self.by_heading(fields, &ksbs, &mut duties, &mut links);
        }
        let options = self.options(fields, &links.all, own);
        let reference = match StandardRef::new(&reference, &version) {
            Ok(reference) => reference,
            Err(fault) => {
                let name =
                    if self.places.first("referenceNumber").is_none() { "referenceNumber" } else { "versionNumber" };
                if self.remarks.iter().all(|remark| !remark.what.contains(name)) {
                    self.remarks.push(Remark::fault(self.places.first(name), fault.to_string(), RECORD));
                }
                return Err(self.remarks);
            }
        };
        let (Some(level), Some(months)) = (level, months) else { return Err(self.remarks) };
        let parts = StandardParts {
            reference,
            title,
            level,
            months,
            hours,
            programme: None,
            starts,
            duties,
            ksbs,
            links: links.all,
            gateway: Vec::new(),
            options,
        };
        Ok(Draft { parts, places: self.places, remarks: self.remarks })
    }

    fn missing(&mut self, name: &str) {
        self.remarks.push(Remark::fault(None, format!("The record has no {name}"), RECORD));
    }

    /// A field that must be a text; cleaned.
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

    /// The words of a published text, composed.
    fn cleaned(&mut self, text: &str, place: &Place) -> String {
        if text.contains(is_nothing) {
            let what = "Characters that do not show (zero-width, soft hyphens) are left out".to_owned();
            self.remarks.push(Remark::warning(Some(place.clone()), what));
        }
        unicode_normalization::UnicodeNormalization::nfc(plain(text).as_str()).collect()
    }

    /// A whole number, given as one or as a text of digits.
    fn number<T: std::str::FromStr>(&mut self, fields: &Fields<'a>, name: &'static str, of: &str) -> Option<T> {
        let Some(raw) = fields.get(name) else {
            self.missing(name);
            return None;
        };
        let place = self.lines.place(raw, name.to_owned());
        self.places.add(of, place.clone());
        let found = word(raw).unwrap_or_default();
        let read = found.trim().parse().ok();
        if read.is_none() {
            let what = format!("{of} is “{}”, not a number that can be", spaced(&found));
            self.remarks.push(Remark::fault(Some(place), what, "Write the number that the standard's publisher gives"));
        }
        read
    }

    /// The least hours off the job: a text of digits that may be empty.
    fn hours(&mut self, fields: &Fields<'a>) -> Option<u32> {
        let raw = fields.get("minimumHoursForCompliance")?;
        let found = word(raw).unwrap_or_default();
        let found = found.trim();
        let read = found.replace(',', "").parse().ok();
        if read.is_none() && !found.is_empty() {
            let place = self.lines.place(raw, "minimumHoursForCompliance".to_owned());
            let what = format!("The minimum hours are “{}”, not a number; they are left out", spaced(found));
            self.remarks.push(Remark::warning(Some(place), what));
        }
        read
    }

    /// A date with a time of day, of which only the day counts; `null` is open.
    fn day(&mut self, fields: &Fields<'a>, name: &'static str, of: &str) -> Option<NaiveDate> {
        let raw = fields.get(name)?;
        let place = self.lines.place(raw, name.to_owned());
        self.places.add(of, place.clone());
        let found = word(raw).filter(|found| !found.trim().is_empty())?;
        let read = parse_day(found.split(['T', ' ']).next().unwrap_or_default());
        if read.is_none() {
            let what = format!("{of} is “{}”, not a day", spaced(&found));
            self.remarks.push(Remark::fault(Some(place), what, "Write it as 2024-11-01, or null"));
        }
        read
    }

    /// The items of a list; `null` and what is not there are an empty one.
    fn list(&mut self, fields: &Fields<'a>, name: &'static str, most: usize) -> Vec<&'a RawValue> {
        let Some(raw) = fields.get(name) else { return Vec::new() };
        let place = self.lines.place(raw, name.to_owned());
        let Ok(items) = serde_json::from_str::<Option<Vec<&'a RawValue>>>(raw.get()) else {
            self.remarks.push(Remark::fault(Some(place), format!("{name} is not a list"), RECORD));
            return Vec::new();
        };
        let items = items.unwrap_or_default();
        if items.len() <= most {
            return items;
        }
        let what = format!("{name} has {} items; at most {most} are read", items.len());
        self.remarks.push(Remark::fault(Some(place), what, "Leave out what is not a duty or a KSB"));
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
            let Some(item) = self.object(raw, &place) else { continue };
            let detail = item.get("detail").and_then(|raw| word(raw)).unwrap_or_default();
            let text = self.cleaned(&detail, &place);
            self.places.add(code.to_string(), place.clone());
            ksbs.push((code, text));
            let Some(id) = item.get(id).and_then(|raw| word(raw)).filter(|id| !id.is_empty()) else { continue };
            if let Some(other) = self.ids.insert(id.to_string(), code) {
                let what = format!("{code} has the id of {other}, so a link to it means two things");
                self.remarks.push(Remark::fault(Some(place), what, "Give each its own id, and mend the links"));
            }
        }
    }

    fn object(&mut self, raw: &'a RawValue, place: &Place) -> Option<Fields<'a>> {
        let read = serde_json::from_str(raw.get()).ok();
        if read.is_none() {
            self.remarks.push(Remark::fault(Some(place.clone()), "It is not an object with fields", RECORD));
        }
        read
    }

    fn duties(&mut self, fields: &Fields<'a>, duties: &mut Vec<Duty>, links: &mut Links) {
        for (no, raw) in (1_u16..).zip(self.list(fields, "duties", MOST_ITEMS)) {
            let place = self.lines.place(raw, format!("duties[{}]", no - 1));
            let Some(item) = self.object(raw, &place) else { continue };
            let detail = item.get("dutyDetail").and_then(|raw| word(raw)).unwrap_or_default();
            let text = self.cleaned(&detail, &place);
            self.places.add(format!("Duty {no}"), place);
            duties.push(Duty { no: DutyNo(no), title: String::new(), text });
            for (_, _, _, mapped) in KINDS {
                for (at, raw) in self.list(&item, mapped, MOST_LINKS).into_iter().enumerate() {
                    let place = self.lines.place(raw, format!("duties[{}].{mapped}[{at}]", no - 1));
                    let id = word(raw).unwrap_or_default();
                    if let Some(code) = self.ids.get(&*id).copied() {
                        links.add((DutyNo(no), code), place, &mut self.places, &mut self.remarks);
                    } else {
                        let what = format!("A link of duty {no} leads to “{}”, which is no KSB's id", spaced(&id));
                        let hint = "Add the KSB that it leads to, or take the link away";
                        self.remarks.push(Remark::fault(Some(place), what, hint));
                    }
                }
            }
        }
    }

    /// Headings in the place of duties: records of the first versions have none.
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
                .map_or(Place::line(1), |raw| self.lines.place(raw, "standardInformation".to_owned()));
            duties.push(Duty {
                no: DutyNo(no),
                title: String::new(),
                text: unicode_normalization::UnicodeNormalization::nfc(heading.as_str()).collect(),
            });
            self.places.add(format!("Duty {no}"), place.clone());
            for code in codes {
                links.add((DutyNo(no), code), place.clone(), &mut self.places, &mut self.remarks);
            }
        }
        let what = match duties.len() {
            0 => "The record has no duties; its KSBs stand without groups".to_owned(),
            1 => "The record has no duties; the one heading of its profile stands in their place".to_owned(),
            n => format!("The record has no duties; the {n} headings of its profile stand in their place"),
        };
        self.remarks.push(Remark::warning(None, what));
    }
}

/// A text or a number as text; `null` is nothing. Ids and figures are either, from record to record.
fn word(raw: &RawValue) -> Option<Cow<'_, str>> {
    match serde_json::from_str(raw.get()).ok()? {
        Value::String(text) => Some(Cow::Owned(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Object(fields) => {
            // A link that is an object names its id within.
            let id = fields.iter().find(|(name, _)| name.to_lowercase().ends_with("id"));
            id.and_then(|(_, id)| id.as_str().map(|id| Cow::Owned(id.to_owned())))
        }
        _ => None,
    }
}
