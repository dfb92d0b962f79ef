//! What many requests ask of the database at the same moment, asked by one statement: whoever comes while others are being
//! answered waits for a turn, and the first in turn asks for all that wait. Alone, a question costs what it always did; under
//! load, many share one round trip. An answer is never older than its question, because nobody joins a statement that has begun.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Questions of one statement, unless there is a reason for another number.
const TOGETHER: usize = 500;

/// The questions that wait, and the turn of whoever asks.
#[derive(Debug)]
pub struct Together<Q, A> {
    waiting: Mutex<Vec<(Q, oneshot::Sender<A>)>>,
    turn: tokio::sync::Mutex<()>,
}

impl<Q, A> Default for Together<Q, A> {
    fn default() -> Self {
        Self {
            waiting: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }
}

impl<Q: Clone + Send, A: Send> Together<Q, A> {
    /// Asks a question together with those that came meanwhile. `ask` answers each of its questions, in their order; what
    /// it leaves out has no answer.
    ///
    /// # Errors
    /// What `ask` says of this question alone: another one's fault is not told to everybody.
    pub async fn ask<E: Send, F>(
        &self,
        question: Q,
        ask: impl Fn(Vec<Q>) -> F + Send,
    ) -> Result<Option<A>, E>
    where
        F: Future<Output = Result<Vec<A>, E>> + Send,
    {
        let (tell, mut told) = oneshot::channel();
        self.waiting().push((question.clone(), tell));
        let turn = self.turn.lock().await;
        if let Ok(answer) = told.try_recv() {
            return Ok(Some(answer));
        }
        let batch = {
            let mut waiting = self.waiting();
            let some = waiting.len().min(TOGETHER);
            waiting.drain(..some).collect::<Vec<_>>()
        };
        if !batch.is_empty() {
            let questions = batch.iter().map(|(question, _)| question.clone());
            if let Ok(answers) = ask(questions.collect()).await {
                for ((_, tell), answer) in batch.into_iter().zip(answers) {
                    // Whoever gave up waiting needs no answer.
                    let _ = tell.send(answer);
                }
            }
        }
        drop(turn);
        if let Ok(answer) = told.try_recv() {
            return Ok(Some(answer));
        }
        // More wait than one statement takes, or whoever asked for us gave up or failed: then by ourselves, and what is wrong
        // is told to us.
        Ok(ask(vec![question]).await?.pop())
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<(Q, oneshot::Sender<A>)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::Together;

    #[tokio::test]
    async fn those_that_come_meanwhile_are_asked_for_at_once() {
        let (together, statements) = (Together::<u32, u32>::default(), AtomicUsize::new(0));
        let ask = async |question: u32| {
            let double = |questions: Vec<u32>| {
                statements.fetch_add(1, Ordering::Relaxed);
                async {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    Ok::<_, ()>(questions.into_iter().map(|q| 2 * q).collect())
                }
            };
            together.ask(question, double).await
        };
        let (one, two, three, four) = tokio::join!(ask(1), ask(2), ask(3), ask(4));
        assert_eq!(
            [one, two, three, four],
            [Ok(Some(2)), Ok(Some(4)), Ok(Some(6)), Ok(Some(8))]
        );
        // All four stand in line before the first in turn asks.
        assert!(statements.load(Ordering::Relaxed) <= 2);
    }

    #[tokio::test]
    async fn a_question_that_fails_spoils_no_other() {
        let together = Together::<u32, u32>::default();
        let ask = async |question: u32| {
            let answer = |questions: Vec<u32>| async move {
                tokio::time::sleep(Duration::from_millis(1)).await;
                if questions.contains(&0) {
                    return Err("nought");
                }
                Ok(questions)
            };
            together.ask(question, answer).await
        };
        let (one, nought, two) = tokio::join!(ask(1), ask(0), ask(2));
        assert_eq!(
            (one, nought, two),
            (Ok(Some(1)), Err("nought"), Ok(Some(2)))
        );
    }
}
