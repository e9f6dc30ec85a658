//! Extracts plain text from published HTML: removes tags, decodes repeated escapes and normalises spaces, in linear
//! time.

use std::borrow::Cow;

use html_escape::decode_html_entities;

/// How many times nested escapes are decoded.
const ROUNDS: usize = 3;

/// Tags between words; each is replaced with a space.
const BLOCKS: &str = "address article blockquote br caption dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table \
    tbody td tfoot th thead tr ul";
/// Tags within words; each is removed.
const INLINE: &str =
    "a abbr b code col colgroup del em font i img ins label mark o q s small span strike strong sub sup u";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    Text(&'a str),
    /// A tag between words: its name as written, and whether it is a closing tag.
    Block(&'a str, bool),
    Inline,
}

pub fn plain(text: &str) -> String {
    let text = unescaped(text);
    let mut words = String::with_capacity(text.len());
    for token in tokens(&text) {
        match token {
            Token::Text(text) => words.push_str(text),
            Token::Block(..) => words.push(' '),
            Token::Inline => {}
        }
    }
    spaced(&words)
}

/// Extracts a published text, with one string per paragraph or list item.
pub fn paragraphs(text: &str) -> Vec<String> {
    let text = unescaped(text);
    let (mut all, mut words) = (Vec::new(), String::new());
    for token in tokens(&text) {
        match token {
            Token::Text(text) => words.push_str(text),
            Token::Block(..) => all.push(std::mem::take(&mut words)),
            Token::Inline => {}
        }
    }
    all.push(words);
    all.iter().map(|words| spaced(words)).filter(|words| !words.is_empty()).collect()
}

/// Normalises spaces to single ones, trims, and removes zero-width spaces, joiners, soft hyphens and byte order marks.
pub fn spaced(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace()) {
        let start = line.len();
        if start > 0 {
            line.push(' ');
        }
        let before = line.len();
        line.extend(word.chars().filter(|c| !is_nothing(*c)));
        if line.len() == before {
            line.truncate(start);
        }
    }
    line
}

/// Returns whether a character is invisible and only affects typesetting.
pub fn is_nothing(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Decodes HTML entities, nested ones too: `&amp;nbsp;` becomes a no-break space.
pub fn unescaped(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..ROUNDS {
        match decode_html_entities(&text) {
            Cow::Owned(less) if less != text => text = Cow::Owned(less),
            _ => break,
        }
    }
    text
}

pub fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((token, length)) = tag(rest) {
            rest = &rest[length..];
            return Some(token);
        }
        // A `<` that does not begin a known tag is text.
        let end = rest.char_indices().skip(1).find(|(_, c)| *c == '<').map_or(rest.len(), |(at, _)| at);
        let (words, left) = rest.split_at(end);
        rest = left;
        Some(Token::Text(words))
    })
}

/// Parses a tag at the start of a text; returns its length too.
fn tag(text: &str) -> Option<(Token<'_>, usize)> {
    let inner = text.strip_prefix('<')?;
    // Stops at the next bracket of either kind, so that a text of only `<p` takes linear time.
    let end = inner.find(['<', '>']).filter(|end| inner.as_bytes().get(*end) == Some(&b'>'))?;
    let inside = &inner[..end];
    if inside.starts_with("!--") {
        return Some((Token::Inline, end + 2));
    }
    let closes = inside.starts_with('/');
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let name = &inside[..inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len())];
    let is = |known: &str| known.split(' ').any(|known| known.eq_ignore_ascii_case(name));
    let after = inside[name.len()..].chars().next();
    if !after.is_none_or(|c| c.is_ascii_whitespace() || c == '/') {
        return None;
    }
    let token = if is(BLOCKS) {
        Token::Block(name, closes)
    } else if is(INLINE) {
        Token::Inline
    } else {
        return None;
    };
    Some((token, end + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_words_stay_however_often_they_were_escaped() {
        for (text, words) in [
            ("Plain words.", "Plain words."),
            ("<p>One</p><p>two</p>", "One two"),
            ("&lt;p&gt;Treat&amp;nbsp;people &amp;amp; teams&lt;/p&gt;", "Treat people & teams"),
            ("Pe</strong><strong>rson", "Person"),
            ("a\u{a0}b  c \n d ", "a b c d"),
            ("less &lt; 5 and > 3, a <b and c", "less < 5 and > 3, a <b and c"),
            ("<x-y>kept</x-y> <p class=\"a\">gone</p>", "<x-y>kept</x-y> gone"),
            ("&#8217;&#x2019;&rsquo; &unknown; &", "’’’ &unknown; &"),
            ("zero\u{200b}width\u{ad} \u{feff} end", "zerowidth end"),
            ("<!-- note -->shown<br/>below", "shown below"),
        ] {
            assert_eq!(plain(text), words, "{text}");
        }
    }

    #[test]
    fn a_text_falls_into_its_paragraphs_and_points() {
        let text = "&lt;p&gt;One &amp;amp; two.&lt;/p&gt;&lt;p&gt;&amp;nbsp;&lt;/p&gt;<ul><li>a <b>b</b></li><li>c</li></ul>d<br>e";
        assert_eq!(paragraphs(text), ["One & two.", "a b", "c", "d", "e"]);
        assert_eq!(paragraphs(" <p> </p>"), Vec::<String>::new());
    }

    #[test]
    fn what_is_cleaned_once_is_clean() {
        for text in ["<p>a &amp; b</p>", "x &lt; y", "• first\u{a0}point"] {
            assert_eq!(plain(&plain(text)), plain(text));
        }
    }

    #[test]
    fn brackets_and_names_without_end_are_words() {
        for part in ["<p", "&amp", "<", "&", "<p <p"] {
            let text = part.repeat(100_000);
            assert_eq!(plain(&text).len(), spaced(&text).len(), "{part}");
        }
    }
}
