//! Reads the pages of the long lists.

use crate::list::{CohortHead, Group, ListQuery, LogHead, Page, PageRequest, Rows};
use countersign_app::app::App;
use countersign_app::claims::queue;
use countersign_app::cohort::grid;
use countersign_app::doctor::examine::level_of;
use countersign_app::error::Error;
use countersign_app::record::quality_assurance;
use countersign_app::record::records;
use countersign_app::report::cohort;
use countersign_app::report::file::SheetFormat;
use countersign_app::standards::adopted;
use countersign_core::filter::Filter;
use countersign_core::filter::log::LogFilter;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::people::person::Person;
use countersign_core::programme::cohort::CohortOrder;
use countersign_core::programme::cohort_summary::CohortSummary;
use countersign_core::record::quality_assurance::Checked;
use countersign_core::record::view::HistoryRow;

/// Caches what is costly to compute again for each page.
#[derive(Debug, Default)]
pub struct ListCache {
    cohort: Option<SortedCohort>,
    /// The sums of everyone, and the version of the log that they are of.
    summary: Option<(i64, CohortSummary)>,
    /// What was checked, and the version of the log.
    checked: Option<(i64, Checked)>,
    /// Assurance level, computed once when the log is first shown.
    level: Option<String>,
}

/// The sorted cohort, and what it was sorted for.
#[derive(Debug)]
struct SortedCohort {
    version: i64,
    filter: String,
    order: CohortOrder,
    rows: grid::Cohort,
    head: CohortHead,
}

impl ListCache {
    /// Forgets what a write of this program makes out of date.
    pub fn invalidate(&mut self) {
        *self = Self { level: self.level.take(), ..Self::default() };
    }

    /// Reads a page.
    pub fn load(&mut self, app: &App, request: &PageRequest) -> Result<Page, Error> {
        let window = (request.skip, usize::from(request.rows));
        let filter = |list| Filter::parse(&request.filter, list, app.today()).map_err(Error::usage);
        match &request.list {
            ListQuery::Queue(supervisor) => {
                let found = queue::queue(app, supervisor.as_ref(), &filter(FilterTarget::Queue)?, window)?;
                Ok(page(request, found.rows, found.of))
            }
            ListQuery::SecondChecks(person) => {
                let filter = filter(FilterTarget::Looks)?;
                let found = quality_assurance::second_looks(app, person.as_ref(), &filter, window)?;
                let checked = self.checked(app)?;
                Ok(Page { checked: Some(checked), ..page(request, found.rows, found.of) })
            }
            ListQuery::Cohort(order) => self.cohort(*order, app, request),
            ListQuery::Log => self.log(app, request),
        }
    }

    /// Reads a page of the cohort. The sorted list is cached until the log changes, so moving only reads a page.
    fn cohort(&mut self, order: CohortOrder, app: &App, request: &PageRequest) -> Result<Page, Error> {
        let cohort = self.sorted(order, app, &request.filter)?;
        let skip = usize::try_from(request.skip).unwrap_or(usize::MAX);
        let rows = grid::cohort_rows(app, &cohort.rows, skip, request.rows.into())?;
        let page = page(request, rows, cohort.rows.len() as u64);
        let head = cohort.head.clone();
        Ok(Page { cohort: Some(head), ..page })
    }

    fn sorted(&mut self, order: CohortOrder, app: &App, filter: &str) -> Result<&SortedCohort, Error> {
        let version = app.version()?;
        let known = |one: &mut SortedCohort| one.version == version && one.filter == filter && one.order == order;
        let cohort = if let Some(cohort) = self.cohort.take_if(known) {
            cohort
        } else {
            let parsed = Filter::parse(filter, FilterTarget::Cohort, app.today()).map_err(Error::usage)?;
            let rows = grid::grouped(app, &parsed, order)?;
            let mut groups = Vec::new();
            for group in rows.groups() {
                let duties = adopted::standard(app, &group.standard)?.duties().len();
                groups.push(Group {
                    standard: group.standard.clone(),
                    duties,
                    first: group.first as u64,
                    rows: group.rows as u64,
                    of: group.of as u64,
                });
            }
            let head = CohortHead { summary: self.summary(app, version)?, groups };
            SortedCohort { version, filter: filter.to_owned(), order, rows, head }
        };
        Ok(self.cohort.insert(cohort))
    }

    /// Sums up the cohort. The figures are kept until the log changes, whatever the filter.
    fn summary(&mut self, app: &App, version: i64) -> Result<CohortSummary, Error> {
        if let Some((_, summary)) = self.summary.filter(|(at, _)| *at == version) {
            return Ok(summary);
        }
        let summary = grid::summary(app)?;
        self.summary = Some((version, summary));
        Ok(summary)
    }

    /// Returns what was checked, which is kept until the log changes.
    fn checked(&mut self, app: &App) -> Result<Checked, Error> {
        let version = app.version()?;
        if let Some((_, checked)) = self.checked.as_ref().filter(|(at, _)| *at == version) {
            return Ok(checked.clone());
        }
        let checked = quality_assurance::checked(app)?;
        self.checked = Some((version, checked.clone()));
        Ok(checked)
    }

    /// Returns the cohort as a document, with how many trainees are in it.
    pub fn cohort_document(
        &mut self,
        app: &App,
        (filter, order): (&str, CohortOrder),
        format: SheetFormat,
        by: Option<&Person>,
    ) -> Result<(usize, Vec<u8>), Error> {
        let sorted = self.sorted(order, app, filter)?;
        Ok((sorted.rows.len(), cohort::document(app, &sorted.rows, (filter, order), format, by)?))
    }

    fn log(&mut self, app: &App, request: &PageRequest) -> Result<Page, Error> {
        // An unknown level is shown as empty and not computed again in this run.
        let level = self.level.get_or_insert_with(|| level_of(app).map(|level| level.to_string()).unwrap_or_default());
        let (level, wanted, own) = (level.clone(), usize::from(request.rows), app.viewer().own().is_some());
        let page = |rows: Vec<HistoryRow>, of, head| {
            Ok(Page {
                rows: rows.into(),
                skip: request.skip,
                of,
                log: Some(LogHead { head, level }),
                cohort: None,
                checked: None,
            })
        };
        if request.filter.trim().is_empty() && !own {
            let from = app.head()?.size.saturating_sub(request.skip);
            let found = records::history(app, &LogFilter::default(), Some(from), wanted)?;
            return page(found.rows, Some(found.head.size), found.head);
        }
        let filter = LogFilter::parse(&request.filter, app.today()).map_err(Error::usage)?;
        let past = usize::try_from(request.skip).unwrap_or(usize::MAX);
        let wanted = past.saturating_add(wanted);
        let mut found = records::history(app, &filter, None, wanted)?;
        // One query stops after a fixed number of entries; those a trainee may see can be further apart.
        while let Some(next) = found.next.filter(|_| own && found.rows.len() < wanted) {
            let older = records::history(app, &filter, Some(next), wanted - found.rows.len())?;
            found.rows.extend(older.rows);
            found.next = older.next;
        }
        let of = found.next.is_none().then_some(found.rows.len() as u64);
        found.rows.drain(..past.min(found.rows.len()));
        page(found.rows, of, found.head)
    }
}

fn page(request: &PageRequest, rows: impl Into<Rows>, of: u64) -> Page {
    Page { rows: rows.into(), skip: request.skip, of: Some(of), log: None, cohort: None, checked: None }
}
