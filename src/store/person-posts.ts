/** What a row of a person has of his posts and of his department. */
import { isOneAtHome, type SaidPost } from '../domain/organisation';
import type { CheckedPerson } from '../domain/plan-check';

export interface PostsDbRow {
  /** JSON of what the plan says; null: his one post holds in his home store. */
  posts?: string | null;
  department_id?: string | null;
}

export const postsRow = ({ posts, department }: CheckedPerson): Required<PostsDbRow> => ({
  posts: isOneAtHome(posts ?? []) ? null : JSON.stringify(posts),
  department_id: department ?? null,
});

/** As the plan says it; in which stores each post holds is the plan's matter (`withStores`). */
export const postsFromRow = ({ posts, department_id }: PostsDbRow) => ({
  ...(posts && { posts: (JSON.parse(posts) as SaidPost[]).map((one) => ({ ...one, stores: [] })) }),
  ...(department_id && { department: department_id }),
});
