//! A file's bytes as lines: bounded, numbered from 1, each with the place where the next one begins, so that reading can
//! go on from there another day. A byte order mark, CRLF and a missing last newline are what files have.

use std::io;

use bytes::{Buf as _, Bytes, BytesMut};
use futures_util::{Stream, StreamExt as _};

/// The mark that some editors put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What stands on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Text to be read.
    Text(String),
    /// Nothing but white space.
    Blank,
    /// More bytes than a line may have.
    TooLong,
    /// No UTF-8.
    Unreadable,
}

/// A line in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// From 1.
    pub number: i64,
    /// Where the next one begins, in bytes from the beginning of the file.
    pub end: i64,
    /// What stands there.
    pub content: Content,
}

/// Where reading begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Start {
    /// Bytes before it.
    pub offset: i64,
    /// Lines before it.
    pub lines: i64,
}

/// Lines of a stream of bytes.
pub(super) struct Lines<S> {
    source: S,
    buffer: BytesMut,
    /// Bytes of the buffer that are known to have no newline.
    searched: usize,
    /// Bytes of a line that is too long and already thrown away.
    discarded: usize,
    at: Start,
    limit: usize,
    ended: bool,
}

impl<S, E> Lines<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: std::error::Error + Send + Sync + 'static,
{
    pub(super) fn new(source: S, at: Start, limit: usize) -> Self {
        Self {
            source,
            buffer: BytesMut::new(),
            searched: 0,
            discarded: 0,
            at,
            limit,
            ended: false,
        }
    }

    /// The next line; none at the end.
    pub(super) async fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let unsearched = self.buffer.get(self.searched..).unwrap_or_default();
            if let Some(place) = unsearched.iter().position(|byte| *byte == b'\n') {
                let line = self.buffer.split_to(self.searched + place);
                self.buffer.advance(1);
                return Ok(Some(self.line(&line, 1)));
            }
            self.searched = self.buffer.len();
            // Two more bytes than the limit may be a carriage return and no line that is too long.
            if self.searched > self.limit.saturating_add(BYTE_ORDER_MARK.len() + 1) {
                self.discarded += self.buffer.len();
                self.buffer.clear();
                self.searched = 0;
            }
            if self.ended {
                let rest = self.buffer.split();
                let nothing = rest.is_empty() && self.discarded == 0;
                return Ok((!nothing).then(|| self.line(&rest, 0)));
            }
            match self.source.next().await {
                Some(bytes) => self
                    .buffer
                    .extend_from_slice(&bytes.map_err(io::Error::other)?),
                None => self.ended = true,
            }
        }
    }

    fn line(&mut self, bytes: &[u8], newline: usize) -> Line {
        let length = self.discarded + bytes.len() + newline;
        let content = if self.discarded > 0 {
            Content::TooLong
        } else {
            self.content(bytes)
        };
        self.searched = 0;
        self.discarded = 0;
        self.at.lines += 1;
        self.at.offset += i64::try_from(length).unwrap_or(i64::MAX);
        Line {
            number: self.at.lines,
            end: self.at.offset,
            content,
        }
    }

    fn content(&self, bytes: &[u8]) -> Content {
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let first = self.at.offset == 0;
        let unmarked = bytes.strip_prefix(BYTE_ORDER_MARK).filter(|_| first);
        let bytes = unmarked.unwrap_or(bytes);
        if bytes.len() > self.limit {
            return Content::TooLong;
        }
        match std::str::from_utf8(bytes) {
            Err(_) => Content::Unreadable,
            Ok(text) if text.trim().is_empty() => Content::Blank,
            Ok(text) => Content::Text(text.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    /// The lines of a text that arrives in pieces of this size.
    async fn lines(text: &[u8], piece: usize, at: Start, limit: usize) -> Vec<Line> {
        let pieces: Vec<_> = text
            .chunks(piece)
            .map(|piece| Ok::<_, io::Error>(Bytes::copy_from_slice(piece)))
            .collect();
        let mut lines = Lines::new(stream::iter(pieces), at, limit);
        let mut all = Vec::new();
        while let Some(line) = lines.next().await.unwrap() {
            all.push(line);
        }
        all
    }

    fn text(text: &str) -> Content {
        Content::Text(text.to_owned())
    }

    fn contents(lines: Vec<Line>) -> Vec<Content> {
        lines.into_iter().map(|line| line.content).collect()
    }

    #[tokio::test]
    async fn lines_are_the_same_whatever_pieces_they_arrive_in() {
        let file = "\u{feff}一\r\nb\n\n \t\nlast".as_bytes();
        for piece in 1..=file.len() {
            let read = lines(file, piece, Start::default(), 100).await;
            let numbers: Vec<_> = read.iter().map(|line| line.number).collect();
            assert_eq!(numbers, [1, 2, 3, 4, 5], "in pieces of {piece}");
            let ends: Vec<_> = read.iter().map(|line| line.end).collect();
            assert_eq!(ends, [8, 10, 11, 14, 18]);
            let wanted = [
                text("一"),
                text("b"),
                Content::Blank,
                Content::Blank,
                text("last"),
            ];
            assert_eq!(contents(read), wanted);
        }
    }

    #[tokio::test]
    async fn reading_goes_on_from_where_any_line_ended() {
        let file = b"{\"a\":1}\n\n{\"b\":2}\r\n{\"c\":3}\n";
        let whole = lines(file, 5, Start::default(), 100).await;
        for (done, line) in whole.iter().enumerate() {
            let at = Start {
                offset: line.end,
                lines: line.number,
            };
            let end = usize::try_from(line.end).unwrap();
            let rest = lines(&file[end..], 3, at, 100).await;
            assert_eq!(rest, whole[done + 1..], "after line {}", line.number);
        }
    }

    #[tokio::test]
    async fn a_last_newline_makes_no_line_of_its_own() {
        assert_eq!(lines(b"", 1, Start::default(), 9).await, []);
        assert_eq!(lines(b"a\n", 1, Start::default(), 9).await.len(), 1);
        assert_eq!(lines(b"a", 1, Start::default(), 9).await.len(), 1);
        let blank = lines(b"\n\n", 1, Start::default(), 9).await;
        assert_eq!(contents(blank), [Content::Blank, Content::Blank]);
    }

    #[tokio::test]
    async fn a_long_line_costs_its_place_and_no_memory() {
        let long = [b"x".repeat(1_000).as_slice(), b"\nok\n"].concat();
        for piece in [1, 7, 64, 2_000] {
            let read = lines(&long, piece, Start::default(), 10).await;
            assert_eq!(
                read.last().map(|line| (line.number, line.end)),
                Some((2, 1_004))
            );
            assert_eq!(contents(read), [Content::TooLong, text("ok")]);
        }
        let unended = lines(&b"x".repeat(1_000), 9, Start::default(), 10).await;
        assert_eq!(contents(unended), [Content::TooLong]);
        let marked = ["\u{feff}".as_bytes(), &b"x".repeat(10), b"\r\n"].concat();
        for piece in 1..=marked.len() {
            let exact = lines(&marked, piece, Start::default(), 10).await;
            assert_eq!(
                contents(exact),
                [text("xxxxxxxxxx")],
                "neither mark nor return counts"
            );
        }
    }

    #[tokio::test]
    async fn bytes_that_are_no_text_spoil_their_line_only() {
        let read = lines(b"\xff\xfe\nok\n", 4, Start::default(), 10).await;
        assert_eq!(contents(read), [Content::Unreadable, text("ok")]);
    }
}
