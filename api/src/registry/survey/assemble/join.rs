//! Two rows that speak of one subject become one input: what either says is said, lists are put together, and where they
//! disagree the later row counts and is told so. What the later row leaves empty stays as the earlier one said it.

use entity::kind::{LegalForm, SubjectKind};

use crate::registry::input::{
    Item, LiveAccountInput, MerchantInput, OperatorInput, Patch, PermitInput, PersonRefInput,
    RoomProfileInput, ShopInput, StreamerInput,
};

/// Joins fields that are said once, each under the name by which it is told, in one of the ways of [`Joining`].
macro_rules! fields {
    ($joining:ident, $a:ident, $b:ident, $way:ident: $($name:literal = $field:ident),+ $(,)?) => {
        $($joining.$way($name, &mut $a.$field, $b.$field);)+
    };
}

/// Joins a later input to an earlier one of the same subject, and names the fields in which they disagree. `says_form` is
/// whether the later row itself says 法律形式, which otherwise is told by the number.
pub(in super::super) fn join(first: &mut Item, later: Item, says_form: bool) -> Vec<&'static str> {
    let mut joining = Joining {
        says_form,
        disagree: Vec::new(),
    };
    match (first, later) {
        (Item::Operator(a), Item::Operator(b)) => operators(&mut joining, a, b),
        (Item::Streamer(a), Item::Streamer(b)) => streamers(&mut joining, a, b),
        (Item::Agency(a), Item::Agency(b)) => {
            fields!(joining, a, b, one: "name" = name, "phone" = phone, "domicile" = domicile);
            fields!(joining, a, b, person: "legalRepresentative" = legal_representative);
        }
        (Item::Merchant(a), Item::Merchant(b)) => merchants(&mut joining, a, b),
        // Rows are joined within one kind only.
        _ => {}
    }
    joining.disagree
}

fn operators(joining: &mut Joining, a: &mut OperatorInput, b: OperatorInput) {
    fields!(joining, a, b, one:
        "name" = name,
        "registeredOn" = registered_on,
        "phone" = phone,
        "businessAddress" = business_address,
        "domicile" = domicile,
        "ownSite" = own_site,
    );
    fields!(joining, a, b, form: "form" = form);
    fields!(joining, a, b, person:
        "proprietor" = proprietor,
        "legalRepresentative" = legal_representative,
    );
    list(&mut a.accounts, b.accounts, same_account, |old, new| {
        joining.account(old, new);
    });
    list(&mut a.permits, b.permits, same_permit, permit);
}

fn streamers(joining: &mut Joining, a: &mut StreamerInput, b: StreamerInput) {
    fields!(joining, a, b, one:
        "name" = name,
        "stageName" = stage_name,
        "phone" = phone,
        "residence" = residence,
        "agency" = agency,
        "occupation" = occupation,
    );
    list(
        &mut a.operators,
        b.operators,
        |a, b| a.number == b.number,
        |old, new| *old = new,
    );
    list(
        &mut a.qualifications,
        b.qualifications,
        |a, b| a.title == b.title,
        |old, new| *old = new,
    );
}

fn merchants(joining: &mut Joining, a: &mut MerchantInput, b: MerchantInput) {
    fields!(joining, a, b, one:
        "name" = name,
        "phone" = phone,
        "businessAddress" = business_address,
        "exemption" = exemption,
        "overThreshold" = over_threshold,
    );
    fields!(joining, a, b, form: "form" = form);
    fields!(joining, a, b, person:
        "proprietor" = proprietor,
        "legalRepresentative" = legal_representative,
    );
    list(&mut a.shops, b.shops, |a, b| a.name == b.name, shop);
    list(&mut a.permits, b.permits, same_permit, permit);
}

/// What makes two inputs of one kind speak of one subject: the number as it is compared.
pub(in super::super) fn subject(item: &Item) -> (SubjectKind, String) {
    let (_, _, identity) = item.head();
    let number = identity.number.chars().filter(|c| !c.is_whitespace());
    let number = number.map(|c| c.to_ascii_uppercase()).collect();
    (item.kind(), number)
}

struct Joining {
    says_form: bool,
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

    /// 法律形式 counts where the row itself says it.
    fn form(&mut self, field: &'static str, first: &mut Patch<LegalForm>, later: Patch<LegalForm>) {
        if self.says_form {
            self.one(field, first, later);
        }
    }

    /// A person who is named again without a number keeps the one that is known.
    fn person(
        &mut self,
        field: &'static str,
        first: &mut Patch<PersonRefInput>,
        mut later: Patch<PersonRefInput>,
    ) {
        if let (Patch::Set(old), Patch::Set(new)) = (&*first, &mut later)
            && old.name == new.name
            && new.identity.is_none()
        {
            new.identity.clone_from(&old.identity);
        }
        self.one(field, first, later);
    }

    /// What a row says of an account adds to what an earlier row said of it.
    fn account(&mut self, old: &mut LiveAccountInput, new: LiveAccountInput) {
        self.said("accounts.name", &mut old.name, new.name);
        self.said("accounts.roomUrl", &mut old.room_url, new.room_url);
        if new.followers.is_some() {
            old.followers = new.followers;
        }
        match (&mut old.profile, new.profile) {
            (Some(old), Some(new)) => self.profile(old, new),
            (old, Some(new)) => *old = Some(new),
            (_, None) => {}
        }
    }

    fn profile(&mut self, old: &mut RoomProfileInput, new: RoomProfileInput) {
        self.said("accounts.on", &mut old.on, new.on);
        self.said(
            "accounts.certification",
            &mut old.certification,
            new.certification,
        );
        self.said("accounts.teamSize", &mut old.team_size, new.team_size);
        self.said("accounts.followers", &mut old.followers, new.followers);
        self.said("accounts.following", &mut old.following, new.following);
        self.said("accounts.streamers", &mut old.streamers, new.streamers);
        self.said(
            "accounts.operatingModel",
            &mut old.operating_model,
            new.operating_model,
        );
        self.said(
            "accounts.turnoverBand",
            &mut old.turnover_band,
            new.turnover_band,
        );
    }

    fn said<T: PartialEq>(&mut self, field: &'static str, first: &mut Option<T>, later: Option<T>) {
        if later.is_none() {
            return;
        }
        if first.is_some() && *first != later {
            self.disagree.push(field);
        }
        *first = later;
    }
}

fn list<T>(
    first: &mut Patch<Vec<T>>,
    later: Patch<Vec<T>>,
    same: fn(&T, &T) -> bool,
    mut merge: impl FnMut(&mut T, T),
) {
    let Patch::Set(later) = later else { return };
    let mut whole = match std::mem::take(first) {
        Patch::Set(list) => list,
        Patch::Keep | Patch::Clear => Vec::new(),
    };
    for new in later {
        match whole.iter_mut().find(|old| same(old, &new)) {
            Some(old) => merge(old, new),
            None => whole.push(new),
        }
    }
    *first = Patch::Set(whole);
}

fn same_account(a: &LiveAccountInput, b: &LiveAccountInput) -> bool {
    a.account_number == b.account_number && a.role == b.role
}

fn same_permit(a: &PermitInput, b: &PermitInput) -> bool {
    a.number == b.number
}

fn permit(old: &mut PermitInput, new: PermitInput) {
    let until = new.valid_until.or(old.valid_until);
    *old = PermitInput {
        valid_until: until,
        ..new
    };
}

fn shop(old: &mut ShopInput, new: ShopInput) {
    if new.url.is_some() {
        old.url = new.url;
    }
}

#[cfg(test)]
mod tests {
    use entity::kind::AccountRole;

    use super::*;

    fn room(name: Option<&str>, followers: Option<i32>) -> LiveAccountInput {
        let profile = followers.map(|followers| RoomProfileInput {
            followers: Some(followers),
            team_size: Some(3),
            ..RoomProfileInput::default()
        });
        LiveAccountInput {
            account_number: "a1".to_owned(),
            role: AccountRole::Holder,
            name: name.map(str::to_owned),
            followers,
            room_url: None,
            profile,
        }
    }

    fn joined(
        first: LiveAccountInput,
        later: LiveAccountInput,
    ) -> (LiveAccountInput, Vec<&'static str>) {
        let mut joining = Joining {
            says_form: false,
            disagree: Vec::new(),
        };
        let mut old = first;
        joining.account(&mut old, later);
        (old, joining.disagree)
    }

    #[test]
    fn a_row_that_names_an_account_only_takes_nothing_away_from_it() {
        let (room, disagree) = joined(room(Some("海鲜"), Some(30_000)), room(None, None));
        assert_eq!(room.name.as_deref(), Some("海鲜"));
        assert_eq!(room.followers, Some(30_000));
        assert_eq!(room.profile.unwrap().team_size, Some(3));
        assert!(disagree.is_empty());
    }

    #[test]
    fn the_later_row_counts_and_is_told_where_they_disagree() {
        let (room, disagree) = joined(room(None, Some(30_000)), room(Some("海鲜"), Some(40_000)));
        assert_eq!(room.profile.unwrap().followers, Some(40_000));
        assert_eq!(disagree, ["accounts.followers"]);
    }
}
