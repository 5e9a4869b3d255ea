import {
  AUDIT_ACTIONS,
  AUDIT_RESOURCES,
  AUDIT_RESULTS,
  type AuditAction,
  type AuditResource,
  type AuditResult,
} from '@workflow-runner/contract';
import { IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { About } from '../input/about.js';
import { IsMoment } from '../input/is-moment.js';
import { PageQueryDto } from './page-query.dto.js';

/** Which entries of the audit trail are listed; everything given must hold. */
export class AuditQueryDto extends PageQueryDto {
  @About('Subject of the caller.', 'ada')
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(1_000)
  caller?: string;

  @About('What was asked for, or the permission that was missing.')
  @IsOptional()
  @IsIn(AUDIT_ACTIONS)
  action?: AuditAction;

  @About('Not beside a resource.')
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  instanceId?: string;

  @IsOptional()
  @IsIn(AUDIT_RESOURCES)
  resourceKind?: AuditResource['kind'];

  @About('Such as the id of an event.')
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  resourceId?: string;

  @About('Full id, `nameSpace.name@version`.', 'shop.order@1.0.0')
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(400)
  workflowId?: string;

  @IsOptional()
  @IsIn(AUDIT_RESULTS)
  result?: AuditResult;

  @About('Of another tenant than its own a caller finds nothing.')
  @IsOptional()
  @IsString()
  @MaxLength(255)
  tenant?: string;

  @IsOptional()
  @IsMoment()
  from?: string;

  @IsOptional()
  @IsMoment()
  to?: string;

  @About('By time.')
  @IsOptional()
  @IsIn(['newest', 'oldest'])
  sort?: 'newest' | 'oldest';
}
