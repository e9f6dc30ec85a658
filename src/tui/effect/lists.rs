//! Reads the pages of the long lists.

use crate::list::{ListQuery, LogHead, Page, PageRequest, Rows};
use countersign_app::app::App;
use countersign_app::claims::queue;
use countersign_app::cohort::grid;
use countersign_app::doctor::examine::level_of;
use countersign_app::error::Error;
use countersign_app::record::quality_assurance;
use countersign_app::record::records;
use countersign_core::filter::Filter;
use countersign_core::filter::log::LogFilter;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::programme::cohort::CohortOrder;
use countersign_core::record::view::HistoryRow;

/// Caches what is costly to compute again for each page.
#[derive(Debug, Default)]
pub struct ListCache {
    cohort: Option<SortedCohort>,
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
}

impl ListCache {
    /// Forgets what a write of this program makes out of date.
    pub fn invalidate(&mut self) {
        self.cohort = None;
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
                Ok(page(request, found.rows, found.of))
            }
            ListQuery::Cohort(order) => self.cohort(*order, app, request),
            ListQuery::Log => self.log(app, request),
        }
    }

    /// Reads a page of the cohort. The sorted list is cached until the log changes, so moving only reads a page.
    fn cohort(&mut self, order: CohortOrder, app: &App, request: &PageRequest) -> Result<Page, Error> {
        let version = app.version()?;
        let known =
            |one: &mut SortedCohort| one.version == version && one.filter == request.filter && one.order == order;
        let cohort = if let Some(cohort) = self.cohort.take_if(known) {
            cohort
        } else {
            let filter = Filter::parse(&request.filter, FilterTarget::Cohort, app.today()).map_err(Error::usage)?;
            let rows = grid::cohort(app, &filter, order)?;
            SortedCohort { version, filter: request.filter.clone(), order, rows }
        };
        let skip = usize::try_from(request.skip).unwrap_or(usize::MAX);
        let rows = grid::cohort_rows(app, &cohort.rows, skip, request.rows.into())?;
        let page = page(request, rows, cohort.rows.len() as u64);
        self.cohort = Some(cohort);
        Ok(page)
    }

    fn log(&mut self, app: &App, request: &PageRequest) -> Result<Page, Error> {
        // An unknown level is shown as empty and not computed again in this run.
        let level = self.level.get_or_insert_with(|| level_of(app).map(|level| level.to_string()).unwrap_or_default());
        let (level, wanted, own) = (level.clone(), usize::from(request.rows), app.viewer().own().is_some());
        let page = |rows: Vec<HistoryRow>, of, head| {
            Ok(Page { rows: rows.into(), skip: request.skip, of, log: Some(LogHead { head, level }) })
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
    Page { rows: rows.into(), skip: request.skip, of: Some(of), log: None }
}
