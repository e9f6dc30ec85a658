//! Loads the long lists page by page: what can be asked for, the rows that come back, and the reading of a page.

use crate::app::app::App;
use crate::app::claims::queue;
use crate::app::cohort::grid;
use crate::app::doctor::examine::level_of;
use crate::app::error::Error;
use crate::app::record::quality_assurance;
use crate::app::record::records;
use crate::domain::filter::Filter;
use crate::domain::filter::log::LogFilter;
use crate::domain::filter::schema::FilterTarget;
use crate::domain::primitives::ids::PersonId;
use crate::domain::programme::cohort::{CohortOrder, CohortRow};
use crate::domain::record::claim::QueueRow;
use crate::domain::record::quality_assurance::QaItem;
use crate::domain::record::view::{HistoryRow, TreeHead};

/// A list, and what decides its rows besides the filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListQuery {
    /// Claims for this supervisor, or for everyone if `None`, oldest first.
    Queue(Option<PersonId>),
    /// Sign-offs for a second check by this person, or by anyone if `None`.
    SecondChecks(Option<PersonId>),
    Cohort(CohortOrder),
    /// The log, newest first.
    Log,
}

macro_rules! rows {
    ($($list:ident($row:ty)),+) => {
        /// The rows of a page.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Rows { $($list(Vec<$row>)),+ }

        impl Rows {
            pub fn count(&self) -> usize {
                match self { $(Self::$list(rows) => rows.len()),+ }
            }
        }

        $(impl ListRow for $row {
            fn rows(rows: &Rows) -> &[Self] {
                if let Rows::$list(rows) = rows { rows } else { &[] }
            }
        }

        impl From<Vec<$row>> for Rows {
            fn from(rows: Vec<$row>) -> Self {
                Self::$list(rows)
            }
        })+
    };
}

rows! { Queue(QueueRow), SecondChecks(QaItem), Cohort(CohortRow), Log(HistoryRow) }

/// A row of one of the lists.
pub trait ListRow: Sized {
    /// Returns the rows, if they are of this type.
    fn rows(rows: &Rows) -> &[Self];
}

/// A request for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    pub list: ListQuery,
    /// Filter terms, all of which a row must match.
    pub filter: String,
    /// Number of matching rows to skip.
    pub skip: u64,
    /// Limit.
    pub rows: u16,
}

/// A loaded page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub rows: Rows,
    /// Index of the first row.
    pub skip: u64,
    /// Total number of matches, if known without scanning the whole log.
    pub of: Option<u64>,
    /// Only with a page of the log.
    pub log: Option<LogHead>,
}

/// The tree head and level when a page of the log was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHead {
    pub head: TreeHead,
    /// Assurance level when the log was first shown, `L0` to `L3`; empty if unknown.
    pub level: String,
}

/// What is costly to compute for each page.
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
}

impl PageRequest {
    /// Reads the page.
    pub fn run(self, app: &App, cache: &mut ListCache) -> Result<Page, Error> {
        let window = (self.skip, usize::from(self.rows));
        let filter = |list| Filter::parse(&self.filter, list, app.today()).map_err(Error::usage);
        match &self.list {
            ListQuery::Queue(of) => {
                let found = queue::queue(app, of.as_ref(), &filter(FilterTarget::Queue)?, window)?;
                Ok(self.page(found.rows, found.of))
            }
            ListQuery::SecondChecks(person) => {
                let filter = filter(FilterTarget::Looks)?;
                let found = quality_assurance::second_looks(app, person.as_ref(), &filter, window)?;
                Ok(self.page(found.rows, found.of))
            }
            ListQuery::Cohort(order) => self.cohort(*order, app, cache),
            ListQuery::Log => self.log(app, cache),
        }
    }

    fn page(&self, rows: impl Into<Rows>, of: u64) -> Page {
        Page { rows: rows.into(), skip: self.skip, of: Some(of), log: None }
    }

    /// Reads a page of the cohort. The sorted list is cached until the log changes, so moving only reads a page.
    fn cohort(&self, order: CohortOrder, app: &App, cache: &mut ListCache) -> Result<Page, Error> {
        let version = app.version()?;
        let known = |one: &mut SortedCohort| one.version == version && one.filter == self.filter && one.order == order;
        let cohort = match cache.cohort.take_if(known) {
            Some(cohort) => cohort,
            None => {
                let filter = Filter::parse(&self.filter, FilterTarget::Cohort, app.today()).map_err(Error::usage)?;
                let rows = grid::cohort(app, &filter, order)?;
                SortedCohort { version, filter: self.filter.clone(), order, rows }
            }
        };
        let skip = usize::try_from(self.skip).unwrap_or(usize::MAX);
        let rows = grid::cohort_rows(app, &cohort.rows, skip, self.rows.into())?;
        let page = self.page(rows, cohort.rows.len() as u64);
        cache.cohort = Some(cohort);
        Ok(page)
    }

    fn log(&self, app: &App, cache: &mut ListCache) -> Result<Page, Error> {
        // An unknown level is shown as empty and not computed again in this run.
        let level = cache.level.get_or_insert_with(|| level_of(app).map(|level| level.to_string()).unwrap_or_default());
        let (level, wanted, own) = (level.clone(), usize::from(self.rows), app.viewer().own().is_some());
        let page = |rows: Vec<HistoryRow>, of, head| {
            Ok(Page { rows: rows.into(), skip: self.skip, of, log: Some(LogHead { head, level }) })
        };
        if self.filter.trim().is_empty() && !own {
            let from = app.head()?.size.saturating_sub(self.skip);
            let found = records::history(app, &LogFilter::default(), Some(from), wanted)?;
            return page(found.rows, Some(found.head.size), found.head);
        }
        let filter = LogFilter::parse(&self.filter, app.today()).map_err(Error::usage)?;
        let past = usize::try_from(self.skip).unwrap_or(usize::MAX);
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
