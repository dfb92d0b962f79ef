// The page for trying the interface in development: GraphiQL with a header editor and a first query in Chinese.
// It sends to ../graphql beside itself and reads nothing from other hosts.
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { createRoot } from 'react-dom/client';
import './page.css';

const WORKERS = { json: 'json.worker.js', graphql: 'graphql.worker.js' };

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) =>
    new Worker(new URL(`./${WORKERS[label] ?? 'editor.worker.js'}`, import.meta.url), { type: 'module' }),
};

const QUERY = `# 名录：网络直播电商主体登记与报送
# 1. 在左下方 Headers 的 Bearer 之后粘贴令牌
#    （make run 会打印各角色的令牌）；
# 2. 按 Ctrl-Enter 或三角按钮，选择一个查询执行；
# 3. 左上角图标是接口文档，写有中文名称和条文。
# Paste a token behind “Bearer ” under Headers,
# then press Ctrl-Enter and choose a query.

# 我是谁，能做什么
query WhoAmI {
  me {
    role
    office { name }
    platform { platformName }
    scopes
  }
}

# 最先登记的十名直播间运营者
query FirstOperators {
  operators(first: 10) {
    totalCount
    edges {
      node {
        id
        name
        status
        businessAddress { text }
        accounts { accountNumber role }
        verification { state dueOn }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`;

/** The token of an address such as /graphiql#token=…; it is taken out of the address at once. */
function tokenFromAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
  if (token) history.replaceState(null, '', location.pathname);
  return token;
}

/** Leaves out an Authorization header without a token, so that the page opens before one is pasted. */
function withoutEmptyToken(headers = {}) {
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => name.toLowerCase() !== 'authorization' || /^Bearer\s+\S/.test(value)),
  );
}

const send = createGraphiQLFetcher({ url: new URL('../graphql', import.meta.url).href });
const token = tokenFromAddress();
const headers = JSON.stringify({ Authorization: `Bearer ${token}` }, null, 2);

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL
    fetcher={(params, options) => send(params, { ...options, headers: withoutEmptyToken(options?.headers) })}
    defaultQuery={QUERY}
    defaultHeaders={headers}
    initialHeaders={token ? headers : undefined}
    defaultEditorToolsVisibility="headers"
  />,
);
