import { Field, ID, ObjectType } from 'type-graphql';
import { OperationType } from '../operation-type.js';
import { AppInstance } from './app-instance.js';
import { Broker, CopyRepository } from './broker.js';
import { Copy } from './copy.js';

@ObjectType({ description: 'A deployment that has begun.' })
export class DeployAppPayload {
  @Field(() => OperationType, { description: 'The deployment.' })
  operation!: OperationType;

  @Field(() => AppInstance, { nullable: true, description: 'The new instance; null in the answer to a repeated request when it is gone already.' })
  appInstance!: AppInstance | null;
}

@ObjectType({ description: 'A stop that has begun.' })
export class StopAppPayload {
  @Field(() => OperationType, { description: 'The stop.' })
  operation!: OperationType;

  @Field(() => AppInstance, { nullable: true, description: 'What is stopped; null in the answer to a repeated request when it is gone already.' })
  appInstance!: AppInstance | null;
}

@ObjectType({ description: 'A start that has begun.' })
export class StartAppPayload {
  @Field(() => OperationType, { description: 'The start.' })
  operation!: OperationType;

  @Field(() => AppInstance, { nullable: true, description: 'What is started; null in the answer to a repeated request when it is gone already.' })
  appInstance!: AppInstance | null;
}

@ObjectType({ description: 'Hooks that were changed.' })
export class UpdateAppHooksPayload {
  @Field(() => AppInstance, { nullable: true, description: 'The instance with its hooks.' })
  appInstance!: AppInstance | null;
}

@ObjectType({ description: 'A removal that has begun.' })
export class DeleteAppPayload {
  @Field(() => OperationType, { description: 'The removal.' })
  operation!: OperationType;

  @Field(() => ID, { description: 'What is removed.' })
  appInstanceId!: string;
}

@ObjectType({ description: 'A copy that has begun.' })
export class CreateCopyPayload {
  @Field(() => OperationType, { description: 'The copying.' })
  operation!: OperationType;

  @Field(() => Copy, { nullable: true, description: 'The new copy; null in the answer to a repeated request when it is gone already.' })
  copy!: Copy | null;
}

@ObjectType({ description: 'A copy of which something else is said now.' })
export class UpdateCopyPayload {
  @Field(() => Copy, { nullable: true, description: 'The copy; null when it was deleted at the same time.' })
  copy!: Copy | null;
}

@ObjectType({ description: 'A restore that has begun.' })
export class RestoreCopyPayload {
  @Field(() => OperationType, { description: 'The restore.' })
  operation!: OperationType;

  @Field(() => AppInstance, { nullable: true, description: 'The new instance; null in the answer to a repeated request when it is gone already.' })
  appInstance!: AppInstance | null;
}

@ObjectType({ description: 'A verification that has begun.' })
export class VerifyCopyPayload {
  @Field(() => OperationType, { description: 'The verification.' })
  operation!: OperationType;

  @Field(() => Copy, { nullable: true, description: 'What is verified.' })
  copy!: Copy | null;
}

@ObjectType({ description: 'A removal that has begun.' })
export class DeleteCopyPayload {
  @Field(() => OperationType, { description: 'The removal.' })
  operation!: OperationType;

  @Field(() => ID, { description: 'What is removed.' })
  copyId!: string;
}

@ObjectType({ description: 'A broker that was registered.' })
export class RegisterBrokerPayload {
  @Field(() => Broker, { description: 'The broker.' })
  broker!: Broker;
}

@ObjectType({ description: 'A broker that was taken out of service.' })
export class RemoveBrokerPayload {
  @Field(() => ID, { description: 'Which one it was.' })
  brokerId!: string;
}

@ObjectType({ description: 'A copy repository with new limits.' })
export class SetRepositoryLimitsPayload {
  @Field(() => CopyRepository, { description: 'The repository.' })
  copyRepository!: CopyRepository;
}

@ObjectType({ description: 'A copy repository that was added.' })
export class AddCopyRepositoryPayload {
  @Field(() => CopyRepository, { description: 'The repository.' })
  copyRepository!: CopyRepository;
}
