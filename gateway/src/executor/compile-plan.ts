import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import { compileFetch } from './compile-fetch.js';
import type { EntityKeys } from './entity-keys.js';
import type { PlanStep } from './plan-run.js';
import type { NarrowedFlattenNode } from '../planning/narrowed-plan.js';
import { objectsAt, type ObjectPath } from './response-path.js';
import type { TypeConditions } from './type-conditions.js';

export interface PlanContext {
  readonly types: TypeConditions;
  readonly keys: EntityKeys;
}

/** Works out all of a plan that does not depend on a request. */
export function compilePlan(plan: QueryPlan, context: PlanContext): PlanStep {
  if (plan.node === undefined) return nothing;
  if (plan.node.kind === 'Subscription') throw new Error('invariant: subscriptions are not executed, their events are');
  return compileNode(plan.node, context);
}

const nothing: PlanStep = async () => {};

function compileNode(node: PlanNode, context: PlanContext): PlanStep {
  switch (node.kind) {
    case 'Sequence': {
      const steps = node.nodes.map((each) => compileNode(each, context));
      return async (run, cursor) => {
        for (const step of steps) await step(run, cursor);
      };
    }
    case 'Parallel': {
      const steps = node.nodes.map((each) => compileNode(each, context));
      return async (run, cursor) => {
        await Promise.all(steps.map((step) => step(run, cursor)));
      };
    }
    case 'Flatten': {
      const step = compileNode(node.node, context);
      const path = objectPath(node, context.types);
      return async (run, cursor) => {
        const objects = objectsAt(cursor.objects, path);
        if (objects.length > 0) await step(run, { path: joined(cursor.path, path), objects });
      };
    }
    case 'Fetch':
      return compileFetch(node, context.types, context.keys.of(node.serviceName));
    case 'Condition':
    case 'Defer':
      throw new Error('invariant: no plan has conditions or @defer');
  }
}

/** An object whose type is not known yet, as one from a subgraph that has its interface as an object, is not left out. */
function objectPath({ path, onTypes = [] }: NarrowedFlattenNode, types: TypeConditions): ObjectPath {
  return { names: path, notOf: path.map((_, index) => onTypes[index] && types.objectsBut(onTypes[index])) };
}

function joined(above: ObjectPath, below: ObjectPath): ObjectPath {
  return { names: [...above.names, ...below.names], notOf: [...above.notOf, ...below.notOf] };
}
