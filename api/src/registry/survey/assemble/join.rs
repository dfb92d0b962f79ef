//! Two rows that speak of one subject become one input: what either says is said, lists are put together, and where they
//! disagree the later row counts and is told so.

use entity::kind::SubjectKind;

use crate::registry::input::{
    Item, LiveAccountInput, MerchantInput, OperatorInput, Patch, StreamerInput,
};

/// Joins fields that are said once, each under the name by which it is told.
macro_rules! fields {
    ($joining:ident, $a:ident, $b:ident: $($name:literal = $field:ident),+ $(,)?) => {
        {
            $($joining.one($name, &mut $a.$field, $b.$field);)+
        }
    };
}

/// Joins a later input to an earlier one of the same subject, and names the fields in which they disagree.
pub(in super::super) fn join(first: &mut Item, later: Item) -> Vec<&'static str> {
    let mut joining = Joining::default();
    match (first, later) {
        (Item::Operator(a), Item::Operator(b)) => operators(&mut joining, a, b),
        (Item::Streamer(a), Item::Streamer(b)) => streamers(&mut joining, a, b),
        (Item::Agency(a), Item::Agency(b)) => fields!(joining, a, b:
            "name" = name,
            "legalRepresentative" = legal_representative,
            "phone" = phone,
            "domicile" = domicile,
        ),
        (Item::Merchant(a), Item::Merchant(b)) => merchants(&mut joining, a, b),
        // Rows are joined within one kind only.
        _ => {}
    }
    joining.disagree
}

fn operators(joining: &mut Joining, a: &mut OperatorInput, b: OperatorInput) {
    fields!(joining, a, b:
        "name" = name,
        "form" = form,
        "registeredOn" = registered_on,
        "proprietor" = proprietor,
        "legalRepresentative" = legal_representative,
        "phone" = phone,
        "businessAddress" = business_address,
        "domicile" = domicile,
        "ownSite" = own_site,
    );
    list(&mut a.accounts, b.accounts, same_account);
    list(&mut a.permits, b.permits, |a, b| a.number == b.number);
}

fn streamers(joining: &mut Joining, a: &mut StreamerInput, b: StreamerInput) {
    fields!(joining, a, b:
        "name" = name,
        "stageName" = stage_name,
        "phone" = phone,
        "residence" = residence,
        "agency" = agency,
        "occupation" = occupation,
    );
    list(&mut a.operators, b.operators, |a, b| a.number == b.number);
    list(&mut a.qualifications, b.qualifications, |a, b| {
        a.title == b.title
    });
}

fn merchants(joining: &mut Joining, a: &mut MerchantInput, b: MerchantInput) {
    fields!(joining, a, b:
        "name" = name,
        "form" = form,
        "proprietor" = proprietor,
        "legalRepresentative" = legal_representative,
        "phone" = phone,
        "businessAddress" = business_address,
        "exemption" = exemption,
        "overThreshold" = over_threshold,
    );
    list(&mut a.shops, b.shops, |a, b| a.name == b.name);
    list(&mut a.permits, b.permits, |a, b| a.number == b.number);
}

/// What makes two inputs of one kind speak of one subject: the number as it is compared.
pub(in super::super) fn subject(item: &Item) -> (SubjectKind, String) {
    let (_, _, identity) = item.head();
    let number = identity.number.chars().filter(|c| !c.is_whitespace());
    let number = number.map(|c| c.to_ascii_uppercase()).collect();
    (item.kind(), number)
}

#[derive(Default)]
struct Joining {
    disagree: Vec<&'static str>,
}

impl Joining {
    fn one<T: PartialEq>(&mut self, field: &'static str, first: &mut Patch<T>, later: Patch<T>) {
        if later == Patch::Keep {
            return;
        }
        if *first != Patch::Keep && *first != later {
            self.disagree.push(field);
        }
        *first = later;
    }
}

fn list<T>(first: &mut Patch<Vec<T>>, later: Patch<Vec<T>>, same: fn(&T, &T) -> bool) {
    let Patch::Set(later) = later else { return };
    let mut whole = match std::mem::take(first) {
        Patch::Set(list) => list,
        Patch::Keep | Patch::Clear => Vec::new(),
    };
    for new in later {
        match whole.iter_mut().find(|old| same(old, &new)) {
            Some(old) => *old = new,
            None => whole.push(new),
        }
    }
    *first = Patch::Set(whole);
}

fn same_account(a: &LiveAccountInput, b: &LiveAccountInput) -> bool {
    a.account_number == b.account_number && a.role == b.role
}
