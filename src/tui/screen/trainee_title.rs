//! Names the open trainee on the context line.

use crate::model::Model;
use crate::widget::window::Title;
use countersign_core::people::break_in_learning::reached;
use countersign_core::primitives::date::months_between;

/// Returns the context line's words about the open trainee.
pub fn trainee_title(model: &Model) -> Option<Title> {
    let trainee_record = model.trainee_view.trainee_record.as_ref()?;
    let trainee = &trainee_record.trainee;
    let month = months_between(trainee.start, reached(&trainee.pauses, model.today));
    let of: Vec<String> =
        [&trainee.specialism, &trainee.scope.option].into_iter().flatten().map(ToString::to_string).collect();
    if model.size.0 < 100 {
        let words = of.first().map_or_else(|| trainee.standard.to_string(), Clone::clone);
        return Some(Title::new(trainee.name.to_string(), vec![format!("{words}, month {month}")]));
    }
    let mut about = of;
    about.push(trainee.standard.to_string());
    about.push(format!("month {month} of {}", trainee_record.standard.months()));
    Some(Title::new(trainee.name.to_string(), about))
}
