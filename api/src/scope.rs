//! What a client may be allowed to do, and which role may be allowed it. A scope opens a door; what is
//! seen behind it is for sight to say, never for a scope.

use std::fmt;
use std::str::FromStr;

use entity::kind::{Authority, Role, UnknownName};

const PLATFORM: &[Role] = &[Role::Platform];
const SECURITY: &[Role] = &[Role::Security];
const SYSTEM: &[Role] = &[Role::System];
/// Whoever may ask who did what: the auditor all of it, an office its own people's.
const AUDITING: &[Role] = &[
    Role::Auditor,
    Role::County,
    Role::City,
    Role::Province,
    Role::National,
];
const PROVINCE: &[Role] = &[Role::Province];
/// Offices, of either branch.
const OFFICES: &[Role] = &[Role::County, Role::City, Role::Province, Role::National];
/// Whoever works with registrations: platforms and offices, none of the house's own roles.
const WORKING: &[Role] = &[
    Role::Platform,
    Role::County,
    Role::City,
    Role::Province,
    Role::National,
];
/// Whoever may admit a platform: offices, and SYSTEM, which sees nothing afterwards.
const ADMITTING: &[Role] = &[
    Role::County,
    Role::City,
    Role::Province,
    Role::National,
    Role::System,
];
const EVERYONE: &[Role] = Role::ALL;

/// One scope: its meaning and who may hold it.
#[derive(Debug)]
pub struct ScopeRule {
    pub scope: Scope,
    /// Its name in tokens and files.
    pub name: &'static str,
    pub chinese: &'static str,
    pub english: &'static str,
    /// The roles that may hold it.
    pub roles: &'static [Role],
    /// Whether an office must be a market regulator to hold it: cyberspace offices see no registration.
    pub market_only: bool,
}

/// Declares the scopes and the table of what they mean.
macro_rules! scopes {
    ($($scope:ident = $name:literal, $chinese:literal, $english:literal, $roles:expr, $market_only:literal;)+) => {
        /// A permission of a client; [`SCOPES`] says what each means.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scope { $(#[doc = concat!("`", $name, "`: ", $chinese)] $scope),+ }

        /// Every scope with its meaning and its holders.
        pub static SCOPES: &[ScopeRule] = &[$(ScopeRule {
            scope: Scope::$scope,
            name: $name,
            chinese: $chinese,
            english: $english,
            roles: $roles,
            market_only: $market_only,
        }),+];

        const NAMES: &[&str] = &[$($name),+];

        impl Scope {
            /// The name in tokens and files.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$scope => $name),+ }
            }
        }

        impl FromStr for Scope {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                match text {
                    $($name => Ok(Self::$scope),)+
                    _ => Err(UnknownName { text: text.to_owned(), known: NAMES }),
                }
            }
        }
    };
}

scopes! {
    RegistryRead = "registry:read", "查阅登记信息", "read registrations in sight", WORKING, false;
    RegistryWrite = "registry:write", "登记、更正、注销", "register, correct and close", WORKING, true;
    SubmissionPrepare = "submission:prepare", "生成报送文件", "prepare a submission", PLATFORM, false;
    SubmissionFile = "submission:file", "报送、撤回", "file and withdraw a submission", PLATFORM, false;
    SubmissionReview = "submission:review", "接收、退回报送", "accept and return submissions", PROVINCE, true;
    BlacklistRead = "blacklist:read", "查询黑名单", "ask who is blacklisted", WORKING, false;
    BlacklistWrite = "blacklist:write", "列入、移出黑名单，处理申诉，判断相近名称", "list and remove, decide appeals, judge likenesses", WORKING, false;
    DispositionImpose = "disposition:impose", "采取、解除处置措施，报告并答复处置要求", "take and lift measures, report them and answer demands", PLATFORM, false;
    DispositionDemand = "disposition:demand", "要求平台处置，接收处置报告", "demand measures and receive reports of them", OFFICES, false;
    FileUpload = "file:upload", "上传文件", "upload files", WORKING, false;
    FileDownload = "file:download", "下载文件", "download files in sight", WORKING, false;
    PiiReveal = "pii:reveal", "查看未脱敏的个人信息", "see personal data unmasked", WORKING, true;
    ClientGrant = "client:grant", "授予、撤销客户端", "grant and revoke clients", SECURITY, false;
    OfficeApply = "office:apply", "载入机关与地域", "load offices and territories", SYSTEM, false;
    PlatformRegister = "platform:register", "登记平台", "register platforms", ADMITTING, true;
    Introspect = "introspect", "内省接口定义", "introspect the schema", EVERYONE, false;
    AuditRead = "audit:read", "查阅审计记录", "read the audit", AUDITING, false;
}

impl Scope {
    /// Whether a client of the role may hold it; an office's client is judged by the office's authority too.
    #[must_use]
    pub fn may_be_held_by(self, role: Role, office: Option<Authority>) -> bool {
        SCOPES.iter().filter(|rule| rule.scope == self).any(|rule| {
            let barred = rule.market_only && office == Some(Authority::Cyberspace);
            rule.roles.contains(&role) && !barred
        })
    }

    /// Every scope that such a client may hold.
    pub fn held_by(role: Role, office: Option<Authority>) -> impl Iterator<Item = Self> {
        let scopes = SCOPES.iter().map(|rule| rule.scope);
        scopes.filter(move |scope| scope.may_be_held_by(role, office))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(role: Role, office: Option<Authority>) -> String {
        Scope::held_by(role, office)
            .map(Scope::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn names_read_back() {
        for rule in SCOPES {
            assert_eq!(rule.name.parse(), Ok(rule.scope));
            assert_eq!(rule.scope.to_string(), rule.name);
        }
        assert!(
            "registry:delete"
                .parse::<Scope>()
                .unwrap_err()
                .known
                .contains(&"audit:read")
        );
    }

    #[test]
    fn the_roles_of_the_house_are_parted() {
        assert_eq!(
            held(Role::System, None),
            "office:apply platform:register introspect"
        );
        assert_eq!(held(Role::Security, None), "client:grant introspect");
        assert_eq!(held(Role::Auditor, None), "introspect audit:read");
    }

    #[test]
    fn platforms_file_and_provinces_review() {
        assert_eq!(
            held(Role::Platform, None),
            "registry:read registry:write submission:prepare submission:file blacklist:read blacklist:write disposition:impose file:upload file:download pii:reveal introspect"
        );
        assert_eq!(
            held(Role::Province, Some(Authority::Market)),
            "registry:read registry:write submission:review blacklist:read blacklist:write disposition:demand file:upload file:download pii:reveal platform:register introspect audit:read"
        );
    }

    #[test]
    fn cyberspace_offices_write_reveal_and_review_nothing() {
        let cyberspace = held(Role::Province, Some(Authority::Cyberspace));
        assert_eq!(
            cyberspace,
            "registry:read blacklist:read blacklist:write disposition:demand file:upload file:download introspect audit:read"
        );
    }
}
