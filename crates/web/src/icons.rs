//! The icons of the rail: strokes on a grid of 20, drawn in the colour of their text.

use crate::Html;

/// The icon of that name; an empty square of the same size for a name that has none.
#[must_use]
pub(crate) fn icon(name: &str) -> Html {
    let strokes = match name {
        "mark" => "M10 2v16M10 2.5 3.5 18M10 2.5 16.5 18",
        "brief" => "M3 4.5h14M3 10h14M3 15.5h8",
        "foundation" => "M3 16.5h14M5 16.5v-5h10v5M7.5 11.5v-4h5v4",
        "influence" => "M10 10m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M5.5 5.5a6.4 6.4 0 0 0 0 9M14.5 5.5a6.4 6.4 0 0 1 0 9",
        "delivery" => "M3 5h6M3 10h10M3 15h14",
        "direction" => "M10 17V9M10 9 5 4M10 9l5-5M5 7.5V4h3.500M15 7.5V4h-3.500",
        "people" => {
            "M7 8.500m-2.500 0a2.500 2.500 0 1 0 5 0a2.500 2.500 0 1 0-5 0M2.500 16.500c.4-3 2-4.500 4.500-4.500s4.100 1.500 4.500 4.500M13 6.200a2.500 2.500 0 0 1 0 4.700M14.500 12.500c1.700.5 2.700 1.800 3 4"
        }
        "road" => "M6 17.500 8 2.500M14 17.500 12 2.500M10 4v2M10 9v2M10 14v2",
        "who" => {
            "M4 3.500h12v13H4zM10 8.500m-1.800 0a1.800 1.800 0 1 0 3.600 0a1.800 1.800 0 1 0-3.600 0M6.800 14c.4-1.800 1.500-2.600 3.200-2.600s2.800.8 3.200 2.600"
        }
        "work" => "M3 4h4v12H3zM8.500 4h4v8h-4zM14 4h3.500v5H14",
        "code" => "M7 5.500 2.500 10 7 14.500M13 5.500l4.500 4.500-4.500 4.500",
        "search" => "M8.500 8.500m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0M12.500 12.500l4.500 4.500",
        "settings" => {
            "M3 6h7M14 6h3M12 6m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M3 14h3M10 14h7M8 14m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0"
        }
        "theme" => "M10 3.500a6.500 6.500 0 1 0 0 13zM10 3.500a6.500 6.500 0 0 1 0 13",
        _ => "",
    };
    Html::trusted(format!(
        r#"<svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path d="{strokes}"/></svg>"#
    ))
}
